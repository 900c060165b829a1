//! What happens while the manifests are committed, or was hidden from git.

use super::*;

#[test]
fn what_git_was_told_to_take_for_unchanged_is_not_lost() {
    for flag in ["assume-unchanged", "skip-worktree"] {
        let bench = Bench::new();
        bench.good(FIRST);
        bench.git(&format!("update-index --{flag} {GATES}"));
        write(&bench.file(GATES), "mine\n");
        assert_eq!(bench.state(), "", "git hides it");
        for manifests in ["acme/gates=7 acme/doors=2", "acme/doors=2"] {
            let said = format!("aren't committed where the program's files shall be: `{GATES}`");
            bench.refused(manifests, &said);
            assert_eq!(bench.read(GATES), "mine\n", "{flag}");
        }
        // What was told of a file that is as the branch has it keeps nobody from writing it.
        bench.git(&format!("update-index --no-{flag} {GATES}"));
        bench.git("reset -q --hard");
        bench.git(&format!("update-index --{flag} {GATES}"));
        bench.good("acme/gates=7 acme/doors=2");
        assert!(bench.read(GATES).contains("count: \"7\""), "{flag}");
        assert!(bench.git(&format!("show HEAD:{GATES}")).contains("count: \"7\""), "{flag}");
        bench.git(&format!("update-index --no-{flag} {GATES}"));
        assert_eq!(bench.state(), "", "{flag}");
    }
}

/// A git that does something before it commits, as another process would at that moment.
#[cfg(unix)]
fn git_that_first(bench: &Bench, does: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = bench.folder.path().join("bin");
    let path = folder.join("git");
    let script = format!(
        "#!/bin/sh\nPATH='{}'\ncase \"$*\" in commit*--cleanup=verbatim*)\n\
         (unset GIT_INDEX_FILE; {does}) ;;\nesac\nexec git \"$@\"\n",
        env!("PATH")
    );
    write(&path, &script);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

#[cfg(unix)]
#[test]
fn what_somebody_commits_at_the_same_moment_is_not_taken_back() {
    for does in [
        "echo theirs > README.md; git commit -q -m theirs README.md",
        "echo theirs > new.txt; git add new.txt; git commit -q -m theirs",
    ] {
        let bench = Bench::new();
        bench.good(FIRST);
        let bin = git_that_first(&bench, does);
        let mut command = bench.command("acme/gates=7 acme/walls=1", "--gitops checkout/clusters");
        let ended: Ended = command
            .env("PATH", format!("{}:{}", bin.display(), env!("PATH")))
            .output()
            .unwrap()
            .into();
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.err.contains("somebody committed to the checkout"), "{ended:?}");
        assert_eq!(bench.git("log -1 --format=%s").trim(), "theirs");
        assert_eq!((bench.commits(), &*bench.state()), (3, ""), "{ended:?}");
        assert!(bench.read(GATES).contains("count: \"4\"") && bench.file(DOORS).exists());
        assert!(!bench.file(".git/innovate-gitops").exists());
        bench.good("acme/gates=7 acme/walls=1");
        assert_eq!((bench.commits(), &*bench.state()), (4, ""));
        assert!(bench.git("log --format=%s HEAD^ -1").contains("theirs"));
    }
}

#[cfg(unix)]
#[test]
fn what_a_hook_commits_on_top_stays() {
    let bench = Bench::new();
    bench.good(FIRST);
    hook(
        &bench,
        "post-commit",
        "[ -e tag.txt ] && exit 0; unset GIT_INDEX_FILE; echo 1 > tag.txt\n\
         git commit -q --allow-empty -m tagged",
    );
    bench.good("acme/gates=7 acme/doors=2");
    assert_eq!(bench.commits(), 4);
}

#[test]
fn what_somebody_committed_over_it_is_undone_and_named() {
    let bench = Bench::new();
    bench.good(FIRST);
    write(&bench.file(GATES), "theirs\n");
    bench.git("commit -q -a -m theirs");
    let said = bench.good(FIRST);
    assert!(said.contains(&format!("now as the program says again: `{GATES}`\n")), "{said}");
    assert!(bench.read(GATES).contains("count: \"4\""));
    assert_eq!((bench.commits(), &*bench.state()), (4, ""));
}

/// Kills git, and the program that runs it. Not every machine has `ps`, nor every system `/proc`.
#[cfg(unix)]
const KILL: &str = "if [ -r /proc/$PPID/status ]; then\n\
    while read -r name value; do [ \"$name\" = PPid: ] && above=$value; done < /proc/$PPID/status\n\
    else above=$(ps -o ppid= -p $PPID); fi\n\
    kill -9 $above $PPID";

#[cfg(unix)]
#[test]
fn a_run_that_is_killed_leaves_what_the_next_one_ends() {
    for hook_name in ["pre-commit", "post-commit"] {
        let bench = Bench::new();
        bench.good(FIRST);
        // The program dies while the commit is made, or just after it; git itself goes no further either.
        hook(&bench, hook_name, KILL);
        let ended = bench.synth("acme/gates=5 acme/walls=1");
        assert_eq!(ended.code, None, "{ended:?}");
        assert_ne!(bench.state(), "", "{hook_name}");
        fs::remove_file(bench.file(&format!(".git/hooks/{hook_name}"))).unwrap();
        // What the next one yields may be the same or another thing.
        let said = bench.good("acme/gates=6 acme/walls=1");
        assert!(said.contains("committed 2 manifests"), "{said}");
        assert_eq!(bench.state(), "", "{hook_name}");
        let commits = if hook_name == "pre-commit" { 3 } else { 4 };
        assert_eq!(bench.commits(), commits, "{hook_name}");
        assert!(!bench.file(DOORS).exists());
    }
}

#[cfg(unix)]
#[test]
fn what_somebody_does_after_a_run_was_killed_is_not_lost() {
    let bench = Bench::new();
    bench.good(FIRST);
    hook(&bench, "pre-commit", KILL);
    bench.synth("acme/gates=5 acme/doors=5");
    fs::remove_file(bench.file(".git/hooks/pre-commit")).unwrap();
    write(&bench.file(GATES), "mine\n");
    let ended = bench.synth("acme/gates=6 acme/doors=6");
    assert!(
        ended
            .err
            .contains(&format!("aren't committed where the program's files shall be: `{GATES}`")),
        "{ended:?}"
    );
    assert_eq!(bench.read(GATES), "mine\n");
    assert!(bench.read(DOORS).contains("count: \"2\""));
}
