-- What an execution asks of the replica that runs it, and what later releases know of its end. Each change of the schema only adds: the release before
-- goes on beside this one, and leaves what it does not know at its default.

-- A name of the runtime, with its version where the submission pins it. Missing: an earlier release wrote the row
alter table execution add column runtime text;
-- of the submission's body: what one must know at least to run it
alter table execution add column form integer not null default 1;
-- about: of the body, then of the events
alter table execution add column stored_bytes bigint not null default 0;
-- all of the outcome, as JSON
alter table execution add column outcome_detail text;
-- what the result has beyond the fields that the first releases read, as JSON
alter table execution add column result_more text;

-- the limits that the submission names, in the units of its runtime's ceilings
create table execution_limit (
  execution_id text not null references execution (id) on delete cascade,
  axis text not null,
  amount bigint not null,
  primary key (execution_id, axis)
);
