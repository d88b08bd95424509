/**
 * What the guard does, for any POSIX shell. Its argument is where it lists processes: `proc` or `ps`.
 *
 * It reads lines: `+ <pid> <start> <signal>` for a program that was started, where the start may be `any`, and `- <pid>` for one that has ended. `= <token> <signal>`
 * announces a program whose standard output will be a pipe with that token in its path, and `/ <token>` takes that back: this process can be killed when the system
 * has started the program, and it does not know its number yet. Only /proc can tell who has a pipe.
 *
 * When there is nobody any more to write them, it sends each program that is left, and all that belongs to it, its signal, and after two seconds SIGKILL. What
 * belongs to it is found as in process-tree.ts. It ignores the signals of a terminal, and waits for nothing but its pipe.
 */
export const guardScript: string = `
trap '' HUP INT QUIT TERM PIPE TSTP
source=$1
entries= expected=
while read -r op pid start sig; do
  case $op in
    +) entries="$entries $pid:$start:$sig" ;;
    -) kept=
       for entry in $entries; do [ "$entry" = "$pid:\${entry#*:}" ] || kept="$kept $entry"; done
       entries=$kept ;;
    =) expected="$expected $pid:$start" ;;
    /) kept=
       for entry in $expected; do [ "\${entry%%:*}" = "$pid" ] || kept="$kept $entry"; done
       expected=$kept ;;
  esac
done

snapshot() {
  table=
  if [ "$source" = proc ]; then
    for file in /proc/[0-9]*/stat; do
      last=
      { while read -r line || [ -n "$line" ]; do last=$line; done < "$file"; } 2> /dev/null
      pid=\${file#/proc/}; pid=\${pid%/stat}
      set -- \${last##*) }
      [ $# -ge 20 ] && [ "$1" != Z ] && [ "$1" != X ] && table="$table $pid $2 $3 $4 \${20}"
    done
  else
    table=$(ps -A -o pid= -o ppid= -o pgid= -o stat= -o lstart= 2> /dev/null | while read -r pid parent group state started; do
      case $state in Z*|X*) continue ;; esac
      set -- $started
      echo "$pid $parent $group 0 $1_$2_$3_$4_$5"
    done)
  fi
}

collect() {
  root=\${1%%:*}; rest=\${1#*:}; start=\${rest%%:*}
  members=' ' leaders=" $root "
  set -- $table
  while [ $# -ge 5 ]; do
    if [ "$1" = "$root" ]; then
      [ "$start" = any ] && start=$5
      [ "$5" = "$start" ] || leaders=' '
    fi
    case " $seen $root:$start " in *" $1:$5 "*) members="$members$1 "; leaders="$leaders$1 " ;; esac
    shift 5
  done
  changed=1
  while [ -n "$changed" ]; do
    changed=
    set -- $table
    while [ $# -ge 5 ]; do
      case $members in *" $1 "*) ;; *)
        found=
        case $members in *" $2 "*) found=1 ;; esac
        case $leaders in *" $3 "*|*" $4 "*) found=1 ;; esac
        [ -n "$found" ] && [ "$1" != "$$" ] && { members="$members$1 "; leaders="$leaders$1 "; changed=1; } ;;
      esac
      shift 5
    done
  done
}

if [ -n "$expected" ] && [ "$source" = proc ]; then
  while read -r line; do
    for entry in $expected; do
      case $line in
        *"/\${entry%%:*}/out"*) pid=\${line#*/proc/}; entries="$entries \${pid%%/*}:any:\${entry##*:}" ;;
      esac
    done
  done << END
$(ls -l /proc/[0-9]*/fd/1 2> /dev/null)
END
fi

[ -n "$entries" ] || exit 0
round=0 seen=
while [ $round -lt 60 ]; do
  snapshot
  left= identities=
  for entry in $entries; do
    collect "$entry"
    [ "$members" = ' ' ] && continue
    left=1
    if [ $round -eq 0 ]; then kill -s "\${entry##*:}" $members 2> /dev/null
    elif [ $round -ge 20 ]; then kill -s KILL $members 2> /dev/null; fi
    set -- $table
    while [ $# -ge 5 ]; do
      case $members in *" $1 "*) identities="$identities $1:$5" ;; esac
      shift 5
    done
  done
  [ -n "$left" ] || exit 0
  seen=$identities
  sleep 0.1 2> /dev/null || sleep 1
  round=$((round + 1))
done
`;
