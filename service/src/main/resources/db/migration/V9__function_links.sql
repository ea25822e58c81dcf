-- Secret links to functions: SHA-256 of what opens each.
create table function_link (
  tenant text not null,
  name text not null,
  digest bytea not null,
  created_at bigint not null,
  primary key (tenant, name)
);
