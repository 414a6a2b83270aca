# bash completion of auxctl. What may follow is said by complete.awk; this takes the line apart and hands the answer to bash.

_auxctl_data='@DATA@'

# Puts the line's words into words, with those together that bash parts at = and :, and the number of the one with the cursor into cword. The latter
# ends at the cursor; raw is how it was typed.
_auxctl_words() {
    local line=$COMP_LINE piece i at=0 start=0
    words=() cword=0 raw=
    for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
        piece=${COMP_WORDS[i]}
        while [[ ${line:at:1} == [[:space:]] && (-n $piece || $at -lt $COMP_POINT) ]]; do ((at++)); start=-1; done
        if ((i == 0 || start < 0)); then
            words+=("$piece")
            start=$at
        else
            words[${#words[@]}-1]+=$piece
        fi
        ((at += ${#piece}))
        if ((i == COMP_CWORD)); then
            cword=$((${#words[@]} - 1))
            raw=${line:start:COMP_POINT-start}
            words[cword]=$raw
        fi
    done
}

# A word without its quotes, in REPLY.
_auxctl_plain() {
    local text=$1 quote= i char
    REPLY=
    for ((i = 0; i < ${#text}; i++)); do
        char=${text:i:1}
        if [[ -z $quote && $char == [\'\"] ]]; then
            quote=$char
        elif [[ $char == "$quote" ]]; then
            quote=
        elif [[ $char == \\ && $quote != \' && $((i + 1)) -lt ${#text} ]]; then
            ((i++))
            REPLY+=${text:i:1}
        else
            REPLY+=$char
        fi
    done
}

# A word with a backslash before whatever means something to bash, in REPLY.
_auxctl_escaped() {
    local text=$1 i char
    REPLY=$text
    [[ $text == *[!A-Za-z0-9_@%+=:,./-]* ]] || return
    REPLY=
    for ((i = 0; i < ${#text}; i++)); do
        char=${text:i:1}
        [[ $char == [A-Za-z0-9_@%+=:,./-] ]] || REPLY+=\\
        REPLY+=$char
    done
}

_auxctl() {
    local -a words plain=()
    local cword raw REPLY word kind before head= line IFS=$' \t\n'
    COMPREPLY=()
    [[ -r $_auxctl_data/complete.awk ]] || return 0
    _auxctl_words
    for word in "${words[@]}"; do
        _auxctl_plain "$word"
        plain+=("$REPLY")
    done
    # Bash replaces only what stands behind the last of these.
    if [[ $raw == *[=:@]* && $raw != [\'\"]* ]]; then
        local rest=$raw char
        for char in = : @; do [[ $COMP_WORDBREAKS == *"$char"* ]] && rest=${rest##*"$char"}; done
        head=${raw%"$rest"}
    fi
    {
        IFS=$'\t' read -r kind before
        while IFS= read -r line; do
            word=${line%%$'\t'*}
            if [[ $raw == [\'\"]* ]]; then REPLY=$word; else _auxctl_escaped "$word"; fi
            COMPREPLY+=("${REPLY:${#head}}")
        done
    } < <(LC_ALL=C awk -f "$_auxctl_data/complete.awk" -- "$_auxctl_data" "$cword" "${plain[@]}" 2>/dev/null)
    case $kind in
        part) compopt -o nospace 2>/dev/null ;;
        file | folder | words+file)
            local flag=-f typed=${plain[cword]}
            [[ $kind == folder ]] && flag=-d
            typed=${typed:${#before}}
            compopt -o filenames 2>/dev/null
            while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen $flag -- "$typed" 2>/dev/null)
            ;;
    esac
    return 0
}

complete -F _auxctl auxctl
