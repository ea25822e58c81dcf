-- Variables that functions get, sealed with a key that is not here. Times are milliseconds since 1970.
create table secret (
  tenant text not null,
  name text not null,
  -- which key opens it
  key_id text not null,
  -- AES-256-GCM: the nonce, then the value with its tag; tenant and name are authenticated with it
  sealed bytea not null,
  created_at bigint not null,
  changed_at bigint not null,
  primary key (tenant, name)
);
