-- Submissions that are stored under a name. Times are milliseconds since 1970, bodies JSON.
create table function (
  tenant text not null,
  name text not null,
  -- what runs where no version is named
  current_version integer not null,
  -- its digest and form
  current_digest text not null,
  current_form integer not null,
  -- the highest that was given; none is given twice, also not after the function was deleted
  last_version integer not null,
  created_at bigint not null,
  changed_at bigint not null,
  -- its versions are gone
  deleted_at bigint,
  primary key (tenant, name)
);
create index function_deleted on function (deleted_at) where deleted_at is not null;

create table function_version (
  tenant text not null,
  name text not null,
  version integer not null,
  -- SHA-256 of what it says
  digest text not null,
  -- what one must know at least to run it
  form integer not null,
  runtime text,
  description text,
  body bytea not null,
  created_at bigint not null,
  primary key (tenant, name, version),
  unique (tenant, name, digest),
  foreign key (tenant, name) references function (tenant, name) on delete cascade
);

-- of an execution that ran a function
alter table execution add column function_name text;
alter table execution add column function_version integer;
alter table execution add column invoked_by text;
create index execution_by_function on execution (tenant, function_name, id) where function_name is not null;
