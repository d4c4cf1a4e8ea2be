"""Calls as Twilio tells them: the bodies of one caller's story, in the words of its documentation."""

from __future__ import annotations

from tests.support.twilio import signed

CALLER, LINE, OPERATOR = "+84912345678", "+842713881022", "+84271388900"
ROUTES = {
    "voice": {"CallStatus": "ringing"},
    "wait": {"CallStatus": "in-progress", "QueuePosition": "1", "QueueTime": "0", "QueueSid": "QU1"},
    "queue-connect": {"CallStatus": "in-progress", "QueueTime": "12", "DequeingCallSid": "CAleg", "QueueSid": "QU1"},
}


class Story:
    """One call, told event by event: `tell` posts one signed webhook and remembers it."""

    def __init__(self, client, sid="CA" + "1" * 32, caller=CALLER):
        self.client, self.sid, self.caller, self.told = client, sid, caller, []

    def tell(self, route, **more):
        """Post one event; the answer of the switchboard."""
        base = {"CallSid": self.sid, "AccountSid": "AC1", "From": self.caller, "To": LINE, "Direction": "inbound"}
        body = {**base, **ROUTES.get(route, {}), **more}
        self.told.append((route, body))
        return signed(self.client, f"/twilio/{route}", body)

    def leg(self, status, **more):
        """What the operator's leg reports."""
        return self.tell(
            "call-status",
            CallSid="CAleg",
            ParentCallSid=self.sid,
            Direction="outbound-dial",
            To=OPERATOR,
            CallStatus=status,
            **more,
        )

    def answered(self):
        """Greeted, waits twelve seconds, speaks for a minute, hangs up."""
        self.tell("voice")
        self.tell("wait")
        self.tell("queue-connect")
        self.leg("in-progress", SequenceNumber="2")
        self.leg("completed", SequenceNumber="3", CallDuration="61")
        self.tell("enqueue-action", QueueResult="bridged", QueueTime="12", CallStatus="completed")
        self.tell("call-status", CallStatus="completed", CallDuration="75", SequenceNumber="4")
        return self

    def abandoned(self):
        """Hangs up in the queue after forty seconds."""
        self.tell("voice")
        self.tell("wait")
        self.tell("enqueue-action", QueueResult="hangup", QueueTime="40", CallStatus="completed")
        self.tell("call-status", CallStatus="completed", CallDuration="43", SequenceNumber="4")
        return self

    def missed(self):
        """Rung through to an operator who does not pick up; the machine takes no message."""
        self.tell("voice")
        self.leg("ringing", SequenceNumber="1")
        self.leg("no-answer", SequenceNumber="2")
        self.tell("dial-action", DialCallStatus="no-answer", DialCallSid="CAleg", CallStatus="in-progress")
        self.tell("call-status", CallStatus="completed", CallDuration="30", SequenceNumber="4")
        return self
