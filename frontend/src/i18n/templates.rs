//! Words for what the palette offers: a text a language, with a line a template, `id: what it does`, or
//! `id=name: what it does` where the palette does not show the program's own name.

use pipeyard_shared::words::Language;

use crate::editor::template::Template;

/// Names and explanations.
pub(crate) struct TemplateWords {
    table: &'static str,
}

impl TemplateWords {
    /// The catalogue of a language. It is none of [`super::Words`]: what is named there is loaded first.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
        }
    }

    /// The name, where the language has one.
    pub(crate) fn name(&self, template: Template) -> Option<&'static str> {
        let (head, _) = self.row(template)?;
        Some(head.split_once('=')?.1)
    }

    /// What it does, in a few words; empty for a template that is missing in the table.
    pub(crate) fn what(&self, template: Template) -> &'static str {
        self.row(template).map_or("", |(_, what)| what)
    }

    fn row(&self, template: Template) -> Option<(&'static str, &'static str)> {
        let mut rows = self.table.lines();
        rows.find_map(|row| {
            let (head, what) = row.split_once(": ")?;
            let id = head.split('=').next()?;
            (id == template.id).then_some((head, what))
        })
    }
}

static EN: TemplateWords = TemplateWords {
    table: "\
text=Text: what you type or paste
lines=Lines: a list, one line each
random=Random bytes: new ones in each lane
repeat=Repeat: a line without end
file=File: from the workspace
typed=Typed: what you type while it runs
save=Save: into a workspace file
discard=Discard: take all, keep nothing
grep: keep matching lines
head: the first lines, then leave
tail: the last lines
sort: put lines in order
uniq=uniq -c: count equal neighbours
cut: take columns
awk: work on fields of each line
sed: edit each line
tr: replace characters
shuf: shuffle lines
comm: compare sorted lists (fd3)
wc=wc -l: count lines
cat: pass everything on
tac: lines in reverse
rev: each line backwards
nl: number lines
fold: break long lines
fmt: fill paragraphs
paste: lines side by side
join: match two lists by key (fd3)
diff: differences of two inputs (fd3)
seq: count up
echo: write its arguments
yes: the same line without end
gzip: make smaller
gunzip: undo gzip
xz: make much smaller, slowly
unxz=xz -d: undo xz
zstd: make smaller, fast
unzstd=zstd -d: undo zstd
md5sum: 128-bit digest
sha256sum: 256-bit digest
base64: bytes as plain letters
unbase64=base64 -d: undo base64
openssl=openssl enc: encrypt or decrypt
xxd: bytes as hex, with text
od: bytes as numbers
ls: list a directory
find: walk through directories
tee: one stream into two
split: cut into files
du: sizes of files
sleep: let time pass
timeout: end a program after a time
date: the time now
env: show the environment
xargs: input becomes arguments
ps: list processes
program=Program: any, with its arguments
shell=Shell: anything bash can do",
};

static KO: TemplateWords = TemplateWords {
    table: "\
text=텍스트: 입력하거나 붙여 넣은 것
lines=줄 목록: 한 줄에 하나씩
random=무작위 바이트: 레인마다 새로
repeat=반복: 끝없이 같은 줄
file=파일: 작업 공간에서
typed=직접 입력: 실행하는 동안 입력한 것
save=저장: 작업 공간의 파일로
discard=버리기: 받아서 버리기
grep: 맞는 줄만 남기기
head: 처음 몇 줄만 읽고 떠나기
tail: 마지막 몇 줄
sort: 줄을 정렬하기
uniq=uniq -c: 같은 이웃 줄 세기
cut: 열 잘라 내기
awk: 줄의 필드 다루기
sed: 줄마다 고치기
tr: 문자 바꾸기
shuf: 줄 뒤섞기
comm: 정렬된 두 목록 비교(fd3)
wc=wc -l: 줄 세기
cat: 그대로 넘기기
tac: 줄 순서 뒤집기
rev: 줄마다 글자 뒤집기
nl: 줄 번호 붙이기
fold: 긴 줄 나누기
fmt: 문단 다듬기
paste: 줄을 나란히 붙이기
join: 두 목록을 키로 잇기(fd3)
diff: 두 입력의 차이(fd3)
seq: 차례로 세기
echo: 인수를 그대로 쓰기
yes: 같은 줄을 끝없이
gzip: 압축하기
gunzip: gzip 풀기
xz: 느리지만 훨씬 작게
unxz=xz -d: xz 풀기
zstd: 빠르게 압축하기
unzstd=zstd -d: zstd 풀기
md5sum: 128비트 해시
sha256sum: 256비트 해시
base64: 바이트를 글자로
unbase64=base64 -d: base64 풀기
openssl=openssl enc: 암호화와 복호화
xxd: 바이트를 16진과 글자로
od: 바이트를 숫자로
ls: 디렉터리 목록
find: 디렉터리 훑기
tee: 흐름을 둘로
split: 파일로 나누기
du: 파일 크기
sleep: 시간 보내기
timeout: 시간이 지나면 끝내기
date: 지금 시각
env: 환경 변수 보기
xargs: 입력을 인수로
ps: 프로세스 목록
program=프로그램: 무엇이든, 인수와 함께
shell=셸: bash로 할 수 있는 모든 것",
};
