-- What is sent to /feedback stands in the event log (estimate.feedback), which every node learns from; nothing read it here.
DROP TABLE eta_feedback;
