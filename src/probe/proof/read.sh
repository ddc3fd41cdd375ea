# Shows the first line of the file $1, where there is no cat.
LC_ALL=C
export LC_ALL
exec <"$1" || exit 5
read -r line
printf %s "$line"
