import type { CompletedCommand, CompletedOption } from './describe-commands.ts'

/** The scripts that complete commands, by the name of the shell. They complete no ids. */
export const completionScripts: Readonly<Record<string, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

function bashScript(commands: readonly CompletedCommand[]): string {
  return `# bash: eval "$(revoked completion bash)"
_revoked() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= word words=
${finderOf(commands, `"\${COMP_WORDS[@]:1:COMP_CWORD-1}"`)}
${valuesOf(commands, (values) => `COMPREPLY=( $(compgen -W "${values}" -- "$current") ); return`, 'local IFS=$\'\\n\'; COMPREPLY=( $(compgen -f -- "$current") ); return', 'return')}
${wordsOf(commands)}
  COMPREPLY=( $(compgen -W "$words" -- "$current") )
}
complete -o filenames -F _revoked revoked`
}

function zshScript(commands: readonly CompletedCommand[]): string {
  return `#compdef revoked
# zsh: source <(revoked completion zsh)
_revoked() {
  local previous=\${words[CURRENT-1]} command= word reply=
  local -a typed=(\${words[2,CURRENT-1]})
${finderOf(commands, '$typed')}
${valuesOf(commands, (values) => `compadd -- ${values}; return`, '_files; return', 'return')}
${wordsOf(commands).replaceAll('words=', 'reply=')}
  compadd -- \${=reply}
}
compdef _revoked revoked`
}

/** Finds the command among the words before the cursor. */
function finderOf(commands: readonly CompletedCommand[], words: string): string {
  const paths = commands.filter(({ path }) => path !== '').map(({ path }) => `"${path}"`)
  return `  for word in ${words}; do
    case "\${command:+$command }$word" in
      ${paths.join('|')}) command="\${command:+$command }$word" ;;
    esac
  done`
}

/** Completes the value of an option. Nothing is offered for ids. */
function valuesOf(
  commands: readonly CompletedCommand[],
  choose: (values: string) => string,
  files: string,
  nothing: string,
): string {
  const options = new Map<string, CompletedOption>()
  for (const command of commands) for (const option of command.options) options.set(option.name, option)
  const cases = [...options.values()].flatMap(({ name, takesValue, isFile, choices }) => {
    if (!takesValue) return []
    if (choices.length > 0) return `    ${name}) ${choose(choices.join(' '))} ;;`
    return `    ${name}) ${isFile ? files : nothing} ;;`
  })
  return `  case "$previous" in\n${cases.join('\n')}\n  esac`
}

function wordsOf(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(({ path, subcommands, choices, options }) => {
    const words = [...subcommands.map(({ name }) => name), ...choices, ...options.map(({ name }) => name)]
    return `    "${path}") words="${words.join(' ')}" ;;`
  })
  return `  case "$command" in\n${cases.join('\n')}\n  esac`
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ path, subcommands, choices, options }) => {
    const condition = `-n '__revoked_at "${path}"'`
    return [
      ...subcommands.map(({ name, summary }) => `complete -c revoked ${condition} -f -a ${name} -d ${quoted(summary)}`),
      ...(choices.length > 0 ? [`complete -c revoked ${condition} -f -a '${choices.join(' ')}'`] : []),
      ...options.map(({ name, description, takesValue, isFile, choices: values }) => {
        const value = takesValue
          ? isFile
            ? ' -r -F'
            : ` -x${values.length > 0 ? ` -a '${values.join(' ')}'` : ''}`
          : ' -f'
        return `complete -c revoked ${condition} -l ${name.slice(2)}${value} -d ${quoted(description)}`
      }),
    ]
  })
  return `# fish: revoked completion fish | source
function __revoked_at
  set -l command
  for word in (commandline -opc)[2..-1]
    set -l next (string trim "$command $word")
    if contains -- "$next" ${commands
      .filter(({ path }) => path !== '')
      .map(({ path }) => `'${path}'`)
      .join(' ')}
      set command $next
    end
  end
  test "$command" = "$argv[1]"
end
complete -c revoked -f
${lines.join('\n')}`
}

/** Quotes a text for fish. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
