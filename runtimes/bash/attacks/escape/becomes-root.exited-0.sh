# Becomes root by the programs that can make one root.
for program in su sudo newgrp chsh passwd mount umount pkexec; do
  command -v "$program" > /dev/null || continue
  [ "$(echo | timeout 2 "$program" root -c 'id -u' 2> /dev/null)" = 0 ] && echo "BREACH: $program"
done
[ "$(id -u)" = 1000 ] || echo "BREACH: user $(id -u)"
exit 0
