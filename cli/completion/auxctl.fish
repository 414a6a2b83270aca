# fish completion of auxctl. What may follow is said by complete.awk; this hands the answer to fish.

function __auxctl_complete
    set -l data '@DATA@'
    test -r $data/complete.awk; or return
    set -l before (commandline -opc)
    set -l all (commandline -op)
    set -l current (commandline -ct | string unescape 2>/dev/null; or commandline -ct)
    set -l behind
    set -l next (math (count $before) + 2)
    test (count $all) -ge $next; and set behind $all[$next..-1]
    set -l answer (LC_ALL=C command awk -f $data/complete.awk -- $data (count $before) $before "$current" $behind 2>/dev/null)
    set -l head (string split \t -- $answer[1])
    set -e answer[1]
    test (count $answer) -gt 0; and printf '%s\n' $answer
    set -l file (string sub -s (math (string length -- "$head[2]") + 1) -- "$current")
    switch $head[1]
        case file words+file
            for each in (__fish_complete_path "$file")
                echo "$head[2]$each"
            end
        case folder
            for each in (__fish_complete_directories "$file" '')
                echo "$head[2]$each"
            end
    end
end

complete -c auxctl -f -k -a '(__auxctl_complete)'
