#compdef auxctl
# zsh completion of auxctl. What may follow is said by complete.awk; this hands the answer to zsh.

_auxctl() {
  local data='@DATA@' kind before line
  local -a typed answer whole wholeMeaning part partMeaning
  [[ -r $data/complete.awk ]] || return 1
  typed=("${(@Q)words}")
  typed[CURRENT]=${(Q)PREFIX}
  answer=("${(@f)$(LC_ALL=C command awk -f $data/complete.awk -- $data $((CURRENT - 1)) "${typed[@]}" 2>/dev/null)}")
  kind=${answer[1]%%$'\t'*}
  before=${answer[1]#*$'\t'}
  for line in "${(@)answer[2,-1]}"; do
    [[ -n $line ]] || continue
    local word=${line%%$'\t'*} meaning=${line#*$'\t'}
    [[ -n $meaning ]] && meaning="$word -- $meaning" || meaning=$word
    if [[ $kind == part && $word == *[=.] ]]; then
      part+=("$word") partMeaning+=("$meaning")
    else
      whole+=("$word") wholeMeaning+=("$meaning")
    fi
  done
  local result=1
  (( ${#part} )) && compadd -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}' -S '' -l -d partMeaning -a part && result=0
  (( ${#whole} )) && compadd -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}' -l -d wholeMeaning -a whole && result=0
  case $kind in
    (file|words+file) compset -P "${(b)before}"; _files && result=0 ;;
    (folder) compset -P "${(b)before}"; _files -/ && result=0 ;;
  esac
  return result
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _auxctl "$@"
else
  compdef _auxctl auxctl
fi
