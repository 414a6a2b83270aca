# Says what may stand where the cursor is in a command line of auxctl, for every shell.
#
#   awk -f complete.awk -- FOLDER INDEX WORD...
#
# FOLDER holds what auxctl __complete printed when the tool was built; INDEX counts the words from 0, the program's name, to the one with the cursor,
# which ends there. Prints a line with the kind of answer (words, part for words that are not whole, file, folder) and, with a tab before it, what
# stands before the file's name; then a line for each word: the word, a tab, what it means. Nothing is sent to a device, and the tool itself is started
# only to ask plugins that do not come with it.

BEGIN {
  FS = "\t"
  folder = ARGV[1]
  cursor = ARGV[2] + 0
  count = ARGC - 3
  for (i = 0; i < count; i++) word[i] = ARGV[i + 3]
  kindOfAnswer = "words"
  readCommandLine()
  readWords()
  complete()
  print kindOfAnswer "\t" beforeFile
  for (i = 1; i <= offers; i++) print offer[i] "\t" meaning[i]
}

# ---- the command line's definition

function readCommandLine(  line, part) {
  while ((getline line < (folder "/command-line")) > 0) {
    split(line, part, "\t")
    if (part[1] == "group" || part[1] == "command") {
      isGroup[part[2]] = part[1] == "group"
      isCommand[part[2]] = part[1] == "command"
      summary[part[2]] = part[3]
      path[++paths] = part[2]
    } else if (part[1] == "argument") {
      n = ++arguments[part[2]]
      argumentName[part[2], n] = part[3]
      argumentKind[part[2], n] = part[4]
      isVariadic[part[2], n] = part[5] != ""
      argumentChoices[part[2], n] = part[6]
    } else if (part[1] == "option") {
      option[++options] = part[3]
      optionOf[options] = part[2]
      shortName[options] = part[4]
      takes[options] = part[5]
      optionKind[options] = part[6]
      optionChoices[options] = part[7]
      isRepeatable[options] = part[8] ~ /repeatable/
      isHidden[options] = part[8] ~ /hidden/
      optionMeaning[options] = part[9]
    }
  }
  close(folder "/command-line")
}

# The number of the option of the command so far, or of every command, that is called so; 0 for none.
function findOption(name,  i) {
  for (i = 1; i <= options; i++) if ((option[i] == name || shortName[i] == name) && (optionOf[i] == "" || optionOf[i] == "-" || optionOf[i] == command)) return i
  return 0
}

# ---- the words before and behind the cursor

function readWords(  i, text, equals, found) {
  command = ""
  ends = 0
  for (i = 1; i < count; i++) {
    if (i == cursor) {
      waiting = pending
      pending = 0
      isPlain = ends
      positionalsBefore = positionals
      continue
    }
    text = word[i]
    if (pending) {
      value[pending] = value[pending] (value[pending] == "" ? "" : "\n") text
      pending = 0
    } else if (!ends && text == "--") {
      ends = 1
    } else if (!ends && text ~ /^-./) {
      equals = index(text, "=")
      found = findOption(equals > 0 && text ~ /^--/ ? substr(text, 1, equals - 1) : text)
      if (found) {
        given[found] = 1
        if (takes[found] != "") {
          if (equals > 0) value[found] = value[found] (value[found] == "" ? "" : "\n") substr(text, equals + 1)
          else pending = found
        }
      }
    } else if (i > cursor) {
      continue
    } else if (command == "" || isGroup[command]) {
      command = command == "" ? text : command " " text
    } else {
      positional[++positionals] = text
    }
  }
  if (cursor >= count) { waiting = pending; isPlain = ends; positionalsBefore = positionals }
  current = cursor < count ? word[cursor] : ""
}

# All values of a global option, one a line.
function valueOf(name,  i) {
  for (i = 1; i <= options; i++) if (option[i] == name && optionOf[i] == "") return value[i]
  return ""
}

# ---- what may stand there

function complete(  equals, found, n) {
  before = ""
  if (waiting) return offerKind(optionKind[waiting], optionChoices[waiting], takes[waiting], current)
  if (!isPlain && current ~ /^--[^=]+=/) {
    equals = index(current, "=")
    found = findOption(substr(current, 1, equals - 1))
    if (!found || takes[found] == "") return
    before = substr(current, 1, equals)
    return offerKind(optionKind[found], optionChoices[found], takes[found], substr(current, equals + 1))
  }
  if (!isPlain && current ~ /^-/) return offerOptions()
  if (command == "" || isGroup[command]) return offerCommands(command)
  if (!isCommand[command]) return
  n = positionalsBefore + 1
  if (n > arguments[command]) n = arguments[command] > 0 && isVariadic[command, arguments[command]] ? arguments[command] : 0
  if (n > 0) offerKind(argumentKind[command, n], argumentChoices[command, n], argumentName[command, n], current)
}

function add(text, what) {
  if (before text in seen) return
  seen[before text] = 1
  offer[++offers] = before text
  meaning[offers] = what
}

# Names in any letter case, as the tool takes them.
function starts(text, typed) {
  return substr(tolower(text), 1, length(typed)) == tolower(typed)
}

function offerOptions(  i, isOf) {
  for (i = 1; i <= options; i++) {
    isOf = optionOf[i] == "" || optionOf[i] == command || (optionOf[i] == "-" && command == "")
    if (!isOf || isHidden[i] || (given[i] && !isRepeatable[i])) continue
    if (starts(option[i], current)) add(option[i], optionMeaning[i])
    else if (current == shortName[i] && current != "-") add(shortName[i], optionMeaning[i])
  }
}

# The commands below some words; all at the top for none.
function offerCommands(above,  i, rest) {
  for (i = 1; i <= paths; i++) {
    if (above == "") rest = path[i] ~ / / ? "" : path[i]
    else rest = index(path[i], above " ") == 1 ? substr(path[i], length(above) + 2) : ""
    if (rest != "" && starts(rest, current)) add(rest, summary[path[i]])
  }
}

function offerChoices(choices, typed,  n, choice, i) {
  n = split(choices, choice, " ")
  for (i = 1; i <= n; i++) if (starts(choice[i], typed)) add(choice[i], "")
}

function offerKind(kind, choices, name, typed) {
  if (choices != "") return offerChoices(choices, typed)
  if (kind == "file" || kind == "folder") return offerFiles(kind)
  if (kind == "device") return offerDevices(typed)
  if (kind == "side") { offerDevices(typed); if (!offers || typed ~ /[\/.]/) offerFiles("file"); else kindOfAnswer = "words+file"; return }
  if (kind == "plugin") return offerPlugins(typed)
  if (kind == "simulation") return offerSimulation(typed)
  if (kind == "topic") return offerTopic()
  if (kind == "layout") return offerLayouts(typed)
  if (kind == "subject") return offerNames("register capability object", typed)
  if (kind == "parameter" && name ~ /=/) return offerParameters(typed)
  if (kind ~ /^(register|command|object|capability|parameter)$/) return offerNames(kind, typed)
  if (kind == "field" && name ~ /=/) return offerAssignments(typed)
  if (kind == "field") return offerList(typed)
}

function offerFiles(kind) {
  kindOfAnswer = kind
  beforeFile = before
}

function offerTopic(  above, i) {
  above = ""
  for (i = 1; i <= positionalsBefore; i++) above = above (above == "" ? "" : " ") positional[i]
  if (above == "" || isGroup[above]) offerCommands(above)
}

# ---- plugins

function readPlugins(  line, part, request) {
  if (pluginsRead) return
  pluginsRead = 1
  while ((getline line < (folder "/plugins")) > 0) {
    split(line, part, "\t")
    if (!isInstalled(part[2])) continue
    takePlugin(line)
    isBuiltIn[part[2]] = 1
  }
  close(folder "/plugins")
  if (!mayHaveOthers()) return
  request = tool("plugins")
  while ((request | getline line) > 0) takePlugin(line)
  close(request)
}

# The data of each vendor may be left out.
function isInstalled(name,  line, is) {
  is = (getline line < (folder "/index-" name)) >= 0
  close(folder "/index-" name)
  return is
}

function takePlugin(line,  part) {
  split(line, part, "\t")
  if (part[1] != "plugin" || part[2] in isBuiltIn) return
  pluginName[++plugins] = part[2]
  pluginMeaning[part[2]] = part[3]
  matches[part[2]] = part[4]
  profiles[part[2]] = part[5]
}

# Are there plugins that the data beside this program do not know?
function mayHaveOthers(  line, request, found) {
  if (ENVIRON["AUXCTL_PLUGINS"] != "" || valueOf("--plugin") != "") return 1
  if (folder ~ /\/node_modules\//) return 1
  request = "ls -d " quoted(root() "/usr/local/lib/auxctl/plugins") "/* " quoted(root() "/usr/lib/auxctl/plugins") "/* 2>/dev/null"
  found = (request | getline line) > 0
  close(request)
  return found
}

# The tool's own answer, quick and quiet.
function tool(words,  name, n, given, i, line) {
  name = word[0] ~ /\// && word[0] !~ /^~/ ? word[0] : "auxctl"
  line = quoted(name) " __complete " words " --quiet"
  n = split(valueOf("--plugin"), given, "\n")
  for (i = 1; i <= n; i++) line = line " --plugin " quoted(given[i])
  if (valueOf("--root") != "") line = line " --root " quoted(valueOf("--root"))
  return line " 2>/dev/null </dev/null"
}

# As one word of a shell.
function quoted(text) {
  gsub(/'/, "'\\''", text)
  return "'" text "'"
}

function root() {
  return valueOf("--root") == "" ? "" : valueOf("--root")
}

function offerPlugins(typed,  i) {
  readPlugins()
  for (i = 1; i <= plugins; i++) if (starts(pluginName[i], typed)) add(pluginName[i], pluginMeaning[pluginName[i]])
}

# PLUGIN[@PROFILE][:COUNT], separated by commas.
function offerSimulation(typed,  last, name, n, profile, i) {
  readPlugins()
  last = typed
  sub(/.*,/, "", last)
  before = before substr(typed, 1, length(typed) - length(last))
  for (i = 1; i <= plugins; i++) if (profiles[pluginName[i]] != "" && starts(pluginName[i], last)) add(pluginName[i], pluginMeaning[pluginName[i]])
  if (last !~ /@/) return
  name = substr(last, 1, index(last, "@") - 1)
  n = split(profiles[name], profile, " ")
  for (i = 1; i <= n; i++) if (starts(name "@" profile[i], last)) add(name "@" profile[i], "")
}

# ---- devices, from the kernel's own lists

# Offers each name of a device that some plugin was made for, and of every interface; with something typed, the addresses of all functions.
function offerDevices(typed,  i) {
  readDevices()
  for (i = 1; i <= devices; i++) if (starts(device[i], typed) && (typed != "" || !isAny[i])) add(device[i], pluginMeaning[devicePlugin[i]])
  if (typed ~ /^[0-9a-f]+:/) for (i = 1; i <= devices; i++) if (device[i] ~ /^0000:/ && starts(substr(device[i], 6), typed)) add(substr(device[i], 6), pluginMeaning[devicePlugin[i]])
}

function takeDevice(name, plugin, any) {
  if (name in pluginOf) return
  device[++devices] = name
  devicePlugin[devices] = pluginOf[name] = plugin
  isAny[devices] = any
}

function readDevices(  request, line, part, i, n, spec, count, name, k, next_) {
  if (devicesRead) return
  devicesRead = 1
  readPlugins()
  readFunctions()
  request = "cd " quoted(root() "/sys") " 2>/dev/null && for f in class/fwctl/* class/nvme/* bus/cxl/devices/mem* class/net/* class/infiniband/* bus/auxiliary/devices/*; do test -e \"$f\" || continue; d=$f; case $f in bus/*) ;; class/net/*) d=$f/device;; *) test -e \"$f/device\" && d=$f/device;; esac; (cd -P \"$d\" 2>/dev/null && echo \"$f\t$PWD\"); done"
  while ((request | getline line) > 0) {
    split(line, part, "\t")
    name = part[1]
    sub(/.*\//, "", name)
    if (part[1] ~ /^(class|bus)\// && part[2] ~ /^\// && name ~ /^[A-Za-z0-9][A-Za-z0-9_.:@-]*$/) takeNamed(part[1], name, part[2])
  }
  close(request)
  for (i = 1; i <= functions; i++) takeDevice(address[i], functionPlugin[address[i]], functionStrength[address[i]] < 2 && !hasName[address[i]])
  for (i = 1; i <= parts; i++) if (functionStrength[partOf[i]] > 1 || hasName[partOf[i]]) takeDevice(otherName[i], functionPlugin[partOf[i]], 0)
  n = split(valueOf("--sim"), part, ",")
  for (i = 1; i <= n; i++) {
    name = part[i]
    count = 1
    if (match(name, /:[0-9]+$/)) { count = substr(name, RSTART + 1) + 0; name = substr(name, 1, RSTART - 1) }
    sub(/@.*/, "", name)
    if (count > 64) count = 64
    for (k = 0; k < count; k++) takeDevice("sim-" name "-" next_[name]++, name, 0)
  }
}

# An entry of a class or bus; the place of its device tells the PCI function that it belongs to. Interfaces of what a function was divided into have
# devices of their own, which nobody opens.
function takeNamed(place, name, where,  at, plugin, strength, last) {
  last = lastOf(where)
  at = where
  while (at != "" && at !~ /\/[0-9a-f]+:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]\.[0-7]$/) if (!sub(/\/[^\/]*$/, "", at)) at = ""
  at = lastOf(at)
  plugin = functionPlugin[at]
  strength = functionStrength[at] + 0
  if (place ~ /^bus\/auxiliary/ && (last != name || name !~ /^[^.]+\..+\.[0-9]+$/)) return
  if (place ~ /^(bus\/auxiliary|class\/fwctl)/) {
    if (strengthOf("auxiliary:" last, 3)) plugin = bestPlugin
    else if (place ~ /^bus/) { otherName[++parts] = name; partOf[parts] = at; return }
  }
  if (place ~ /^class\/nvme/ && strength < 2 && strengthOf("nvme:controller", 2)) plugin = bestPlugin
  if (place ~ /^class\/(net|infiniband)/ && last != at && last ~ /\.[0-9]+$/) return
  if (place ~ /^class\/net/ && at == "") {
    if (where ~ /\/virtual(\/|$)/) return
    if (strengthOf("netdev:" name, 1)) plugin = bestPlugin
    takeDevice(last, plugin, 0)
  }
  hasName[at] = 1
  takeDevice(name, plugin, 0)
}

function lastOf(where) {
  sub(/.*\//, "", where)
  return where
}

# Every PCI function, with the plugin that fits it best.
function readFunctions(  request, line, part, name, value, id) {
  request = "cd " quoted(root() "/sys/bus/pci/devices") " 2>/dev/null && for f in *; do test -f \"$f/uevent\" && while read -r line; do case $line in PCI_ID=*|PCI_CLASS=*) echo \"$f\t$line\";; esac; done < \"$f/uevent\"; done 2>/dev/null"
  while ((request | getline line) > 0) {
    split(line, part, "\t")
    if (!(part[1] in functionStrength)) { address[++functions] = part[1]; functionStrength[part[1]] = 0 }
    value = tolower(substr(part[2], index(part[2], "=") + 1))
    if (part[2] ~ /^PCI_ID=/) fitFunction(part[1], "pci:" value, 3)
    else { while (length(value) < 6) value = "0" value; fitFunction(part[1], "pci-class:" value, 2) }
  }
  close(request)
}

function fitFunction(name, alias, strength) {
  if (!strengthOf(alias, strength) || bestStrength <= functionStrength[name]) return
  functionStrength[name] = bestStrength
  functionPlugin[name] = bestPlugin
}

# How closely a plugin fits an alias, the best one: as given by a name of its own, 1 by a pattern for anything on a bus, 0 not at all.
function strengthOf(alias, strength,  i, k, n, pattern, fits) {
  bestStrength = 0
  for (i = 1; i <= plugins; i++) {
    n = split(matches[pluginName[i]], pattern, " ")
    for (k = 1; k <= n; k++) {
      if (pattern[k] ~ /^(pci|netdev):\*$/) fits = index(alias, substr(pattern[k], 1, length(pattern[k]) - 1)) == 1 ? 1 : 0
      else if (pattern[k] ~ /\*$/) fits = index(alias, substr(pattern[k], 1, length(pattern[k]) - 1)) == 1 ? strength : 0
      else fits = alias == pattern[k] || index(alias, pattern[k] ".") == 1 ? strength : 0
      if (fits > bestStrength) { bestStrength = fits; bestPlugin = pluginName[i] }
    }
  }
  return bestStrength
}

# ---- names that layouts give

# The plugins whose names may be meant, in meant[1..n]: the command's own, the device's, else all.
function meantPlugins(  i, kind, name) {
  delete meant
  for (i = 1; i <= positionalsBefore; i++) {
    kind = argumentKind[command, i]
    if (kind == "plugin") { meant[1] = positional[i]; return 1 }
    if (kind == "device" || kind == "side") {
      if (positional[i] ~ /^sim-[a-z][a-z0-9-]*-[0-9]+$/) {
        name = positional[i]
        sub(/^sim-/, "", name)
        sub(/-[0-9]+$/, "", name)
        meant[1] = name
        return 1
      }
      readDevices()
      name = positional[i]
      sub(/^\/dev\/(fwctl\/)?/, "", name)
      if (!(name in pluginOf) && ("0000:" name) in pluginOf) name = "0000:" name
      if (pluginOf[name] != "") { meant[1] = pluginOf[name]; return 1 }
      name = valueOf("--sim")
      sub(/[@:].*/, "", name)
      if (name != "" && name !~ /,/) { meant[1] = name; return 1 }
    }
  }
  readPlugins()
  for (i = 1; i <= plugins; i++) meant[i] = pluginName[i]
  return plugins
}

# Reads what a plugin names; names of lines begin with its own.
function readIndex(plugin,  line, part, request, file) {
  if (plugin in indexRead) return
  indexRead[plugin] = 1
  readPlugins()
  file = folder "/index-" plugin
  if (plugin in isBuiltIn) {
    while ((getline line < file) > 0) takeIndexLine(plugin, line)
    close(file)
  } else if (plugin ~ /^[a-z][a-z0-9-]*$/) {
    request = tool("index " plugin)
    while ((request | getline line) > 0) takeIndexLine(plugin, line)
    close(request)
  }
}

function takeIndexLine(plugin, line,  part, n) {
  split(line, part, "\t")
  if (part[1] == "fields" || part[1] == "enum") { names[plugin, part[1], part[2]] = part[3]; return }
  if (part[1] == "structures") { structures[plugin] = part[2]; return }
  n = ++lines[plugin, part[1]]
  lineName[plugin, part[1], n] = part[2]
  lineTitle[plugin, part[1], n] = part[3]
  sent[plugin, part[1], n] = part[4]
  shown[plugin, part[1], n] = part[5]
  writable[plugin, part[1], n] = part[6]
}

function offerNames(kinds, typed,  n, i, k, m, kind, count, only, slash) {
  n = meantPlugins()
  count = split(kinds, kind, " ")
  slash = index(typed, "/")
  only = slash > 0 ? substr(typed, 1, slash - 1) : ""
  for (i = 1; i <= n; i++) {
    readIndex(meant[i])
    for (k = 1; k <= count; k++) for (m = 1; m <= lines[meant[i], kind[k]]; m++) {
      if (only == "" && isNew(lineName[meant[i], kind[k], m]) && starts(lineName[meant[i], kind[k], m], typed)) add(lineName[meant[i], kind[k], m], lineTitle[meant[i], kind[k], m])
      else if (only == kind[k] && count > 1 && starts(kind[k] "/" lineName[meant[i], kind[k], m], typed)) add(kind[k] "/" lineName[meant[i], kind[k], m], lineTitle[meant[i], kind[k], m])
    }
  }
}

# Is a name none that stands on the line already?
function isNew(name,  i) {
  for (i = 1; i <= positionalsBefore; i++) if (positional[i] == name) return 0
  return 1
}

# A layout by its name, or by folder and name.
function offerLayouts(typed,  n, i, k, m, kind, name, count) {
  n = meantPlugins()
  split("register command capability", kind, " ")
  for (i = 1; i <= n; i++) {
    readIndex(meant[i])
    for (k = 1; k <= 3; k++) for (m = 1; m <= lines[meant[i], kind[k]]; m++) {
      if (kind[k] == "command" && shown[meant[i], kind[k], m] == 0) continue
      addLayout(kind[k] == "capability" ? "capabilities" : kind[k] "s", lineName[meant[i], kind[k], m], lineTitle[meant[i], kind[k], m], typed)
    }
    count = split(structures[meant[i]], name, " ")
    for (k = 1; k <= count; k++) addLayout("structures", name[k], "", typed)
  }
}

function addLayout(place, name, title, typed) {
  if (typed ~ /\// && starts(place "/" name, typed)) add(place "/" name, title)
  else if (typed !~ /\// && starts(name, typed)) add(name, title)
}

function offerParameters(typed,  n, i, m) {
  n = meantPlugins()
  for (i = 1; i <= n; i++) {
    readIndex(meant[i])
    for (m = 1; m <= lines[meant[i], "parameter"]; m++) offerFields(meant[i], sent[meant[i], "parameter", m], "", typed, 0)
  }
}

# The number of the line that the command's own register, command or object has; its kind is left in lineKind. 0 for none.
function namedLine(plugin,  i, m) {
  for (i = 1; i <= positionalsBefore; i++) {
    lineKind = argumentKind[command, i]
    if (lineKind == "layout") return layoutLine(plugin, positional[i])
    if (lineKind !~ /^(register|command|object|capability)$/) continue
    readIndex(plugin)
    for (m = 1; m <= lines[plugin, lineKind]; m++) if (tolower(lineName[plugin, lineKind, m]) == tolower(positional[i])) return m
  }
  return 0
}

function layoutLine(plugin, name,  k, kind, m) {
  sub(/.*\//, "", name)
  readIndex(plugin)
  split("register command capability", kind, " ")
  for (k = 1; k <= 3; k++) for (m = 1; m <= lines[plugin, kind[k]]; m++) if (tolower(lineName[plugin, kind[k], m]) == tolower(name)) { lineKind = kind[k]; return m }
  return 0
}

# field=value: fields that select, that are sent, or that a write sets.
function offerAssignments(typed,  n, i, m) {
  n = meantPlugins()
  for (i = 1; i <= n; i++) {
    m = namedLine(meant[i])
    if (m) {
      offerFields(meant[i], sent[meant[i], lineKind, m], "", typed, 0)
      if (command ~ / write$/) offerFields(meant[i], writable[meant[i], lineKind, m], "", typed, 0)
    } else if (waiting || before != "") {
      readIndex(meant[i])
      for (m = 1; m <= lines[meant[i], "register"]; m++) offerFields(meant[i], sent[meant[i], "register", m], "", typed, 0)
    }
  }
}

# a,b,c
function offerList(typed,  n, i, m, last, k) {
  last = typed
  sub(/.*,/, "", last)
  before = before substr(typed, 1, length(typed) - length(last))
  n = meantPlugins()
  for (i = 1; i <= n; i++) {
    m = namedLine(meant[i])
    if (m) offerFields(meant[i], shown[meant[i], lineKind, m], "", last, 1)
    else if (command == "caps") { readIndex(meant[i]); for (k = 1; k <= lines[meant[i], "capability"]; k++) offerFields(meant[i], shown[meant[i], "capability", k], "", last, 1) }
  }
}

# The fields of a list below some prefix. Where values are set, names end in = and values follow; where fields are chosen, whole structures are good too.
function offerFields(plugin, number, prefix, typed, isChoice,  n, field, i, name, tail, count, k, at) {
  n = split(names[plugin, "fields", number], field, " ")
  for (i = 1; i <= n; i++) {
    name = field[i]
    tail = ""
    if (match(name, /[:=]/)) { tail = substr(name, RSTART); name = substr(name, 1, RSTART - 1) }
    if (match(name, /\[[0-9]+\]$/)) {
      count = substr(name, RSTART + 1, RLENGTH - 2) + 0
      name = substr(name, 1, RSTART - 1)
      if (isChoice && starts(prefix name, typed)) add(prefix name, "")
      for (k = 0; k < count && k < 64; k++) offerField(plugin, prefix name "[" k "]", tail, typed, isChoice)
    } else offerField(plugin, prefix name, tail, typed, isChoice)
  }
}

function offerField(plugin, at, tail, typed, isChoice,  n, symbol, i) {
  if (tail ~ /^:/) {
    if (starts(typed, at ".")) offerFields(plugin, substr(tail, 2), at ".", typed, isChoice)
    else if (starts(at, typed)) {
      if (isChoice) add(at, "")
      add(at ".", "")
      kindOfAnswer = "part"
    }
  } else if (isChoice) {
    if (starts(at, typed)) add(at, "")
  } else if (starts(typed, at "=")) {
    n = split(names[plugin, "enum", substr(tail, 2)], symbol, " ")
    for (i = 1; i <= n; i++) if (starts(at "=" symbol[i], typed)) add(at "=" symbol[i], "")
  } else if (starts(at, typed) && !isSet(at)) {
    add(at "=", "")
    kindOfAnswer = "part"
  }
}

# Does the line set this field already?
function isSet(at,  i) {
  for (i = 1; i <= positionalsBefore; i++) if (index(positional[i], at "=") == 1) return 1
  return 0
}
