# Looks for processes that are not its own.
for folder in /proc/[0-9]*; do
  name=$(cat "$folder/comm" 2> /dev/null)
  case $name in agent | bash | cat | main.sh | '') ;; *) echo "BREACH: $name" ;; esac
done
exit 0
