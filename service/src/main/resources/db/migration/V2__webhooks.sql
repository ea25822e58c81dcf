-- What callers are told, and with whose signature.
create table webhook_secret (
  id text primary key,
  tenant text not null,
  secret text not null,
  created_at bigint not null,
  -- a newer one has taken its place; both sign until then
  expires_at bigint
);
create index webhook_secret_by_tenant on webhook_secret (tenant, id);

create table webhook_delivery (
  id text primary key,
  tenant text not null,
  url text not null,
  type text not null,
  -- the execution's or batch's id
  subject text not null,
  body bytea not null,
  state text not null,
  next_at bigint not null,
  give_up_at bigint not null,
  created_at bigint not null,
  ended_at bigint
);
create index webhook_delivery_pending on webhook_delivery (next_at) where state = 'pending';
create index webhook_delivery_by_tenant on webhook_delivery (tenant, id);
create index webhook_delivery_by_subject on webhook_delivery (tenant, subject, id);
create index webhook_delivery_by_state on webhook_delivery (tenant, state, id);
create index webhook_delivery_ended on webhook_delivery (ended_at) where ended_at is not null;

create table webhook_attempt (
  delivery_id text not null references webhook_delivery (id) on delete cascade,
  at bigint not null,
  -- missing where there was no answer
  status integer,
  error text,
  primary key (delivery_id, at)
);
