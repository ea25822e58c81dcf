-- The functions of a tenant take turns, and may bound how many executions they have at once.
-- the current version's; null where it has none
alter table function add column concurrency integer;
create index execution_turn on execution (tenant, coalesce(function_name, ''), id) where state = 'queued';
-- what is only to be ended
create index execution_to_end on execution (id) where state = 'queued' and cancel_requested = 1;
