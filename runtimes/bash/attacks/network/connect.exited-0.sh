# Connects by Bash's own /dev/tcp.
for address in 127.0.0.1/8080 127.0.0.1/22 10.0.2.2/80 169.254.169.254/80; do
  (exec 3<> "/dev/tcp/$address") 2> /dev/null && echo "BREACH: $address"
done
exit 0
