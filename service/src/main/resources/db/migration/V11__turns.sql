-- The functions of a tenant take turns, and may have few executions at once.
-- as many as the function may have on a replica; null where that is not bounded
alter table execution add column function_concurrency integer;
create index execution_turn on execution (tenant, coalesce(function_name, ''), id) where state = 'queued';
