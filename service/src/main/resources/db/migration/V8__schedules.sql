-- When functions run by themselves. Times are milliseconds since 1970.
create table schedule (
  tenant text not null,
  name text not null,
  -- what its due times follow from; with another one, it begins from now
  timing text not null,
  -- the function's schedule, as JSON
  definition text not null,
  -- the next due time that nothing was decided about
  due_at bigint,
  -- when it is looked at: at its due time, or later where there was no room
  look_at bigint,
  -- the due time that waits for the end of the last execution
  waiting_due_at bigint,
  last_execution text,
  paused_at bigint,
  primary key (tenant, name)
);
create index schedule_look on schedule (look_at) where look_at is not null;

-- What became of due times. The key is the promise: a due time is decided once, whatever replicas and clocks do.
create table due_time (
  tenant text not null,
  name text not null,
  due_at bigint not null,
  decided_at bigint not null,
  -- missing where it was skipped
  execution_id text,
  skipped text,
  reason text,
  primary key (tenant, name, due_at)
);
create index due_time_decided on due_time (decided_at);
