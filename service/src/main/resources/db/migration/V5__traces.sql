-- Where it stands in its sender's trace: the header traceparent, and behind a space tracestate. An earlier release writes nothing.
alter table execution add column trace text;
alter table batch add column trace text;
alter table webhook_delivery add column trace text;
