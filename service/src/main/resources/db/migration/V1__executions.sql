-- Asynchronous executions. Times are milliseconds since 1970, flags 0 or 1, bodies JSON.
-- The hot table stays small: what a program is, and what it wrote, stand in tables of their own.
create table execution (
  id text primary key,
  tenant text not null,
  state text not null,
  -- a queued one is left alone until then
  not_before bigint not null,
  -- how often it was claimed; with the owner it fences off whoever had it before
  attempt integer not null,
  -- in how many of those its program began
  begun integer not null,
  owner text,
  cancel_requested integer not null,
  accepted_at bigint not null,
  started_at bigint,
  finished_at bigint,
  outcome text,
  batch_id text,
  webhook text,
  labels text not null
);
create index execution_by_tenant on execution (tenant, id);
create index execution_queued on execution (tenant, id) where state = 'queued';
create index execution_running on execution (owner) where state = 'running';
create index execution_finished on execution (finished_at) where finished_at is not null;
create index execution_by_batch on execution (tenant, batch_id, id) where batch_id is not null;
create index execution_running_by_tenant on execution (tenant, id) where state = 'running';

create table execution_label (
  tenant text not null,
  name text not null,
  value text not null,
  execution_id text not null references execution (id) on delete cascade,
  primary key (tenant, name, value, execution_id)
);
create index execution_label_by_execution on execution_label (execution_id);

-- until its end
create table submission (
  execution_id text primary key references execution (id) on delete cascade,
  body bytea not null
);

-- some events that went to the disk together, one a line; the last one is the result
create table segment (
  execution_id text not null references execution (id) on delete cascade,
  last_event bigint not null,
  body bytea not null,
  primary key (execution_id, last_event)
);

create table batch (
  id text primary key,
  tenant text not null,
  accepted_at bigint not null,
  finished_at bigint,
  size integer not null,
  unfinished integer not null,
  webhook text,
  answer bytea not null
);
create index batch_finished on batch (finished_at) where finished_at is not null;

create table idempotency_key (
  tenant text not null,
  name text not null,
  fingerprint text not null,
  -- an execution's or a batch's id
  target text not null,
  primary key (tenant, name)
);
create index idempotency_key_by_target on idempotency_key (target);

-- Whoever runs executions. A beat that stands still tells that its replica is dead.
create table replica (
  id text primary key,
  name text not null,
  beat bigint not null
);
