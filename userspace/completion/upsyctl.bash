# SPDX-License-Identifier: GPL-2.0-or-later
#
# bash completion for upsyctl. The words come from its own help, so they are
# those of the version that is installed.

_upsyctl_upses() {
	local s
	for s in /sys/class/power_supply/BAT_UPS*; do
		[ -e "$s" ] && echo "${s##*/BAT_}"
	done
}

_upsyctl() {
	local cur=${COMP_WORDS[COMP_CWORD]} command= i

	for ((i = 1; i < COMP_CWORD; i++)); do
		[[ ${COMP_WORDS[i]} == -* ]] || { command=${COMP_WORDS[i]}; break; }
	done
	if [[ $cur == -* ]]; then
		COMPREPLY=($(compgen -W "$(upsyctl --help 2>/dev/null |
			grep -oE -- '--[a-z][a-z-]*' | sort -u)" -- "$cur"))
	elif [ -z "$command" ]; then
		COMPREPLY=($(compgen -W "$(upsyctl --help 2>/dev/null |
			sed -n 's/^  \([a-z][a-z-]*\).*/\1/p' | sort -u)" -- "$cur"))
	else
		case $command in
		beeper) COMPREPLY=($(compgen -W "on off mute $(_upsyctl_upses)" -- "$cur")) ;;
		test) COMPREPLY=($(compgen -W "quick deep stop $(_upsyctl_upses)" -- "$cur")) ;;
		shutdown) COMPREPLY=($(compgen -W "return stayoff cancel $(_upsyctl_upses)" -- "$cur")) ;;
		load | outlet | bypass) COMPREPLY=($(compgen -W "on off $(_upsyctl_upses)" -- "$cur")) ;;
		import-nut) compopt -o default; COMPREPLY=() ;;
		*) COMPREPLY=($(compgen -W "$(_upsyctl_upses)" -- "$cur")) ;;
		esac
	fi
}
complete -F _upsyctl upsyctl
