-- What happens when functions fail.
-- as JSON, of an execution of a function that says something about it
alter table execution add column failure_policy text;
-- how often the program failed and was tried again
alter table execution add column retried integer not null default 0;

alter table schedule add column pause_after_failures integer;
-- of how many in a row that ended
alter table schedule add column failures integer not null default 0;
alter table schedule add column pause_reason text;

-- Functions that are to be run because of another one's failure.
create table failure_call (
  execution_id text primary key,
  tenant text not null,
  -- which is to be run
  function_name text not null,
  created_at bigint not null,
  look_at bigint not null
);
create index failure_call_look on failure_call (look_at);
