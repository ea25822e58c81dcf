echo "Hello from Bash ${BASH_VERSINFO[0]}.${BASH_VERSINFO[1]}"
