# Reads the agent's variables, descriptors and memory.
# under runsc: not-held, gVisor shows PID 1's variables to everybody; they are the image's
for file in environ mem maps; do
  head -c 1 "/proc/1/$file" > /dev/null 2>&1 && [ "$file" != maps ] && echo "BREACH: /proc/1/$file"
done
ls /proc/1/fd > /dev/null 2>&1 && echo "BREACH: /proc/1/fd"
exit 0
