//! No credential gets out, whatever goes wrong, and nothing is asked about an account that they aren't for.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use fake_cloudformation::{Failing, Fake, Fault, Script, Step};

use crate::cloud::{ACCOUNT, REGION};

/// The account of a caller that has to assume a role.
const OTHER: &str = "444455556666";

const SECRET: &str = "the-secret-of-the-caller/with+characters";

const TOKEN: &str = "the-session-token-of-the-caller";

/// What must not be in anything that is told: the caller's, and those that the fake gives for a role.
fn secrets() -> [String; 7] {
    [
        SECRET.to_owned(),
        TOKEN.to_owned(),
        format!("AKIA{ACCOUNT}"),
        format!("AKIA{OTHER}"),
        "a-secret-of-the-fake".to_owned(),
        "a-token-of-the-fake".to_owned(),
        "ASIA0000".to_owned(),
    ]
}

fn assert_silent(text: &str, what: &str) {
    for secret in secrets() {
        assert!(!text.contains(&secret), "{what}: {secret} in {text}");
    }
}

/// Looks into all files of a folder but those that held secrets before.
fn assert_clean(folder: &Path, what: &str) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != ".aws") {
                assert_clean(&path, what);
            }
            continue;
        }
        let content = fs::read(&path).unwrap();
        assert_silent(&String::from_utf8_lossy(&content), &format!("{what}, {}", path.display()));
    }
}

fn run(fake: &Fake, home: &Path, account: Option<&str>, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_innovate-deploy-tests"));
    command
        .args(arguments)
        .env_clear()
        .env("HOME", home)
        .env("RUST_LOG", "trace")
        .env("RUST_BACKTRACE", "full")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_REGION", REGION)
        .env("AWS_MAX_ATTEMPTS", "2")
        .env("AWS_ENDPOINT_URL", fake.endpoint())
        .current_dir(home);
    if let Some(account) = account {
        command
            .env("AWS_ACCESS_KEY_ID", format!("AKIA{account}"))
            .env("AWS_SECRET_ACCESS_KEY", SECRET)
            .env("AWS_SESSION_TOKEN", TOKEN);
    }
    command.output().unwrap()
}

fn told(output: &Output) -> String {
    let text = [&*output.stdout, b"\n", &*output.stderr].concat();
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn no_credential_is_told_or_written_under_any_fault() {
    let faults = [
        None,
        Some(Fault::Error500),
        Some(Fault::DropBefore),
        Some(Fault::DropAfter),
        Some(Fault::Truncate),
    ];
    std::thread::scope(|scope| {
        for fault in faults {
            for account in [ACCOUNT, OTHER] {
                scope.spawn(move || {
                    let mut script =
                        Script::new().failing(Failing::new("Reader", Step::Create, "no"));
                    if let Some(fault) = fault {
                        script = script.fault_rate("*", 12, 7, fault);
                    }
                    let fake = Fake::start(script).unwrap();
                    let home = tempfile::tempdir().unwrap();
                    let what = format!("{fault:?}, {account}");
                    let way = ["deploy", "--yes", "--verbose", "--poll-every", "1"];
                    let json = ["deploy", "--yes", "--json", "--poll-every", "1"];
                    for arguments in [&way, &json] {
                        let role = ["--role", "deployer"];
                        let ended = run(
                            &fake,
                            home.path(),
                            Some(account),
                            &[&arguments[..], &role].concat(),
                        );
                        let told = told(&ended);
                        assert_silent(&told, &what);
                        if fault.is_none() {
                            assert!(told.contains("acme-data"), "{what}: {told}");
                            assert_eq!(ended.status.code(), Some(1), "{what}: {told}");
                        }
                    }
                    assert_clean(home.path(), &what);
                    let mut asked = fake.requests().into_iter();
                    assert!(
                        account == ACCOUNT || asked.any(|it| it.action == "AssumeRole"),
                        "{what}"
                    );
                });
            }
        }
    });
}

#[test]
fn a_file_of_credentials_that_can_not_be_read_is_not_shown() {
    let broken = [
        format!("[default]\naws_access_key_id = AKIA{ACCOUNT}\naws_secret_access_key {SECRET}\n"),
        format!("[default\naws_secret_access_key = {SECRET}\n"),
        format!("[default]\naws_secret_access_key = {SECRET}\naws_session_token = {TOKEN}\n"),
        format!("[default]\ncredential_process = echo {SECRET}\n"),
        format!("[default]\ncredential_process = echo '{{ \"SecretAccessKey\": \"{SECRET}\" }}'\n"),
        format!("[default]\ncredential_process = sh -c 'echo {SECRET} >&2; exit 1'\n"),
    ];
    let fake = Fake::start(Script::new()).unwrap();
    for content in broken {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join(".aws")).unwrap();
        for file in ["credentials", "config"] {
            fs::write(home.path().join(".aws").join(file), &content).unwrap();
        }
        for arguments in [&["plan", "--json"][..], &["deploy", "--yes", "--verbose"]] {
            let ended = run(&fake, home.path(), None, arguments);
            assert_eq!(ended.status.code(), Some(2), "{content}: {}", told(&ended));
            assert_silent(&told(&ended), &content);
        }
    }
    assert_eq!(fake.requests(), []);
}

#[test]
fn nothing_is_asked_of_an_account_that_the_credentials_are_not_for() {
    let fake = Fake::start(Script::new()).unwrap();
    let home = tempfile::tempdir().unwrap();
    let deploy = ["deploy", "--yes", "--poll-every", "1"];
    for arguments in [&["plan"][..], &deploy] {
        let ended = run(&fake, home.path(), Some(OTHER), arguments);
        assert_eq!(ended.status.code(), Some(2), "{}", told(&ended));
        assert!(told(&ended).contains("the credentials are those of account 444455556666"));
    }
    assert!(fake.requests().iter().all(|request| request.action == "GetCallerIdentity"));
    assert!(!fake.requests().is_empty());

    // With a role, what is asked of the caller's own account is for whose it is, and for the role.
    let ended =
        run(&fake, home.path(), Some(OTHER), &[&deploy[..], &["--role", "deployer"]].concat());
    assert_eq!(ended.status.code(), Some(0), "{}", told(&ended));
    for request in fake.requests() {
        let own = ["GetCallerIdentity", "AssumeRole"].contains(&&*request.action);
        assert!(own || (request.account == ACCOUNT && request.region == REGION), "{request:?}");
    }
}
