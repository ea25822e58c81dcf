# Writes where the kernel takes settings.
for file in /proc/sys/kernel/core_pattern /proc/sysrq-trigger /proc/sys/kernel/hostname /sys/kernel/uevent_helper /proc/self/uid_map; do
  (echo x > "$file") 2> /dev/null && echo "BREACH: $file"
done
exit 0
