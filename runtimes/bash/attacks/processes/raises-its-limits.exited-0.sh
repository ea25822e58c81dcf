# Raises what the kernel bounds for it.
for limit in n u i q l; do
  before=$(ulimit -H -$limit)
  ulimit -H -$limit unlimited 2> /dev/null && [ "$before" != unlimited ] && echo "BREACH: -$limit was $before"
done
exit 0
