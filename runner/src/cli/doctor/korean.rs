//! What `pipeyard doctor` says, in Korean: phrase by phrase, so that what the system says stays between them as it is.

/// Phrases and what stands for them; none is a part of one that comes after it.
const PHRASES: &[(&str, &str)] = &[
    (
        "--level class keeps what it promises here.",
        "--level class는 여기에서 약속한 것을 지킵니다.",
    ),
    (
        "--level class does not keep what it promises here. --level own keeps nothing apart: stages reach what you reach.",
        "--level class는 여기에서 약속한 것을 지키지 못합니다. --level own은 아무것도 나누지 않습니다. 단계는 실행한 사람이 쓸 수 있는 것을 모두 쓸 수 있습니다.",
    ),
    (
        "pipeyard runs as an ordinary user",
        "pipeyard를 일반 사용자가 실행합니다",
    ),
    (
        "start pipeyard as an ordinary user, not as root",
        "pipeyard를 root가 아닌 일반 사용자로 시작하세요",
    ),
    (
        "the kernel must bound what ordinary users start (setrlimit(2))",
        "일반 사용자가 시작하는 것을 제한하는 커널을 쓰세요(setrlimit(2))",
    ),
    ("bubblewrap is there", "bubblewrap이 있습니다"),
    (
        "bubblewrap (bwrap) is not on the PATH: install it",
        "PATH에 bubblewrap(bwrap)이 없습니다. 설치하세요",
    ),
    (
        "does not tell its version: install it",
        "파일이 버전을 알려 주지 않습니다. 다시 설치하세요",
    ),
    (
        "or newer is needed: install it",
        "이상이 필요합니다. 새로 설치하세요",
    ),
    ("a sandbox can be made", "샌드박스를 만들 수 있습니다"),
    (
        "user namespaces must be allowed",
        "사용자 네임스페이스를 허용하세요",
    ),
    (
        "stages see no processes but their own",
        "단계는 자기 프로세스만 봅니다",
    ),
    (
        "the kernel must allow pid namespaces",
        "커널에서 pid 네임스페이스를 허용하세요",
    ),
    (
        "stages reach no network, this machine's own included",
        "단계는 이 컴퓨터 자체를 포함해 어떤 네트워크에도 닿지 못합니다",
    ),
    (
        "the kernel must allow network namespaces",
        "커널에서 네트워크 네임스페이스를 허용하세요",
    ),
    (
        "the system can be read and not changed",
        "시스템은 읽을 수만 있고 바꿀 수 없습니다",
    ),
    (
        "a newer bubblewrap may be needed",
        "더 새로운 bubblewrap을 설치해 보세요",
    ),
    ("your own files are not there", "내 파일은 그 안에 없습니다"),
    (
        "a home within /usr or the like is seen by all; give `pipeyard serve --expose` no directory that holds what is yours",
        "/usr 같은 곳에 있는 홈은 모두에게 보입니다. `pipeyard serve --expose`에는 내 것이 들어 있는 디렉터리를 주지 마세요",
    ),
    (
        "the workspace can be written to",
        "작업 공간에 쓸 수 있습니다",
    ),
    (
        "the workspace must belong to the user who starts pipeyard",
        "작업 공간의 주인을 pipeyard를 시작하는 사용자로 바꾸세요",
    ),
    (
        "/tmp is their own, and bounded",
        "/tmp는 저마다 따로이고 크기가 제한됩니다",
    ),
    (
        "user namespaces cannot be nested, which would evade limits",
        "제한을 피하려고 사용자 네임스페이스를 겹쳐 만들 수 없습니다",
    ),
    (
        "bubblewrap 0.8 or newer closes them (--disable-userns)",
        "이를 막는 bubblewrap 0.8 이상을 설치하세요(--disable-userns)",
    ),
    (
        "nobody gains rights by a program that is setuid",
        "setuid 프로그램으로 권한을 얻을 수 없습니다",
    ),
    (
        "the agent cannot be looked into",
        "에이전트의 속을 들여다볼 수 없습니다",
    ),
    (
        "the kernel must show nobody what is inside a process that is not dumpable (proc(5))",
        "dumpable이 아닌 프로세스의 속을 아무에게도 보이지 않는 커널을 쓰세요(proc(5))",
    ),
    (
        "files are opened so that no link leads outside",
        "어떤 링크도 밖으로 이어지지 않게 파일을 엽니다",
    ),
    (
        "Linux 5.6 or newer has openat2(2), and nothing may filter it (systemd: RestrictSUIDSGID= does)",
        "openat2(2)가 있는 Linux 5.6 이상을 쓰고, 이를 막는 설정을 끄세요(systemd: RestrictSUIDSGID=)",
    ),
    (
        "system calls that no namespace keeps apart are closed",
        "어떤 네임스페이스로도 나눌 수 없는 시스템 콜을 막습니다",
    ),
    (
        "the kernel must have filters of system calls (CONFIG_SECCOMP_FILTER)",
        "시스템 콜 필터가 있는 커널을 쓰세요(CONFIG_SECCOMP_FILTER)",
    ),
    ("processes are bounded", "프로세스 수가 제한됩니다"),
    (
        "memory of each process is bounded",
        "프로세스마다 메모리가 제한됩니다",
    ),
    (
        "memory of all processes together is bounded",
        "모든 프로세스를 합친 메모리가 제한됩니다",
    ),
    ("memory is bounded", "메모리가 제한됩니다"),
    (
        "of each process by the kernel, of all together by a look ten times a second; no control group is used, \
         so what no process maps (files of memfd_create) is not counted",
        "프로세스마다 커널이, 모두 합친 것은 1초에 열 번 살펴서 제한합니다. 컨트롤 그룹을 쓰지 않으므로 \
         어떤 프로세스도 매핑하지 않은 것(memfd_create의 파일)은 세지 않습니다",
    ),
    (
        "by the kernel, which counts all of a sandbox in a control group, files in its memory included",
        "커널이 샌드박스 전체를 컨트롤 그룹으로 세어 제한합니다. 메모리에 있는 파일도 셉니다",
    ),
    (
        "by a look ten times a second; what no process maps (files of memfd_create) is not counted, since no \
         control group is used",
        "1초에 열 번 살펴서 제한합니다. 컨트롤 그룹을 쓰지 않으므로 어떤 프로세스도 매핑하지 않은 것(memfd_create의 파일)은 세지 않습니다",
    ),
    (
        "the limit did not end who held too much",
        "너무 많이 차지한 것이 끝나지 않았습니다. pipeyard를 일반 사용자로 시작했는지, /proc을 볼 수 있는지 확인하세요",
    ),
    (
        "`Delegate=yes` in a systemd unit gives one, or `systemd-run --user --scope -p Delegate=yes pipeyard …`",
        "systemd 유닛의 `Delegate=yes` 또는 `systemd-run --user --scope -p Delegate=yes pipeyard …`로 컨트롤 그룹을 받을 수 있습니다",
    ),
    (
        "there are no control groups of version 2 here",
        "여기에는 버전 2 컨트롤 그룹이 없습니다",
    ),
    (
        "it could not be tried:",
        "시험하지 못했습니다. 다음을 고친 뒤 다시 실행하세요:",
    ),
    (
        "a sandbox that is full of processes leaves others theirs",
        "프로세스로 가득 찬 샌드박스가 있어도 다른 샌드박스는 프로세스를 시작할 수 있습니다",
    ),
    (
        "the lowest bound on processes is",
        "프로세스 수의 가장 낮은 한도:",
    ),
    (
        "sandboxes that can be full of processes at once:",
        "한꺼번에 가득 찰 수 있는 샌드박스:",
    ),
    (
        "when more are, nobody can start anything: raise it, or lower --learners or --sandbox-processes",
        "더 많아지면 아무도 새로 시작할 수 없습니다. 한도를 올리거나 --learners 또는 --sandbox-processes를 줄이세요",
    ),
    ("version ", "버전 "),
];

/// The same in Korean, as far as it is known.
pub(super) fn korean(said: &str) -> String {
    let mut said = said.to_owned();
    for (english, korean) in PHRASES {
        said = said.replace(english, korean);
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_stays_as_it_is() {
        let said = korean("it could not be tried: Permission denied");
        assert!(said.starts_with("시험하지 못했습니다"), "{said}");
        assert!(said.ends_with(": Permission denied"), "{said}");
    }

    #[test]
    fn no_phrase_hides_one_that_comes_later() {
        for (place, (earlier, _)) in PHRASES.iter().enumerate() {
            for (later, _) in &PHRASES[place + 1..] {
                assert!(!later.contains(earlier), "{earlier} is in {later}");
            }
        }
    }
}
