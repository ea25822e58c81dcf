-- What a replica says of itself with each beat. An earlier release says nothing.
alter table replica add column version text;
-- when it joined, in milliseconds since 1970
alter table replica add column joined_at bigint;
-- 1 while it is about to stop
alter table replica add column draining integer not null default 0;
