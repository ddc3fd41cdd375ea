# As whom this container runs, and whom the folder $1 belongs to.
echo "user $(id -u 2>/dev/null) $(id -g 2>/dev/null)"
echo "folder $(ls -ldn "$1" 2>/dev/null)"
