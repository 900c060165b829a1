//! The pinned cfn-lint wheel, from which every schema is read.
//!
//! cfn-lint publishes the CloudFormation registry's schemas of all regions with its corrections
//! applied, under MIT-0. pip fetches the wheel into `target/codegen`; its digest is checked before
//! anything is read.

use std::{
    fs,
    io::{Cursor, Read},
    path::Path,
    process::Command,
};

use sha2::{Digest, Sha256};
use zip::ZipArchive;

use crate::Result;

/// The version of cfn-lint.
pub(crate) const VERSION: &str = "1.58.0";
const FILE: &str = "cfn_lint-1.58.0-py3-none-any.whl";
const SHA256: &str = "9d9f06043160756a6158f5c3f92a44ce38254b1c578127461608305bc8262987";

/// The opened wheel.
pub(crate) struct Wheel(ZipArchive<Cursor<Vec<u8>>>);

impl Wheel {
    /// Opens the wheel in `folder`, fetching it first if it isn't there.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        if !path.exists() {
            download(folder)?;
        }
        let bytes = fs::read(&path)?;
        let digest: String =
            Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        if digest != SHA256 {
            return Err(format!(
                "{} has the digest {digest}, and {SHA256} is pinned: delete it and run again",
                path.display()
            )
            .into());
        }
        Ok(Self(ZipArchive::new(Cursor::new(bytes))?))
    }

    /// The names of all files.
    pub(crate) fn names(&self) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for name in self.0.file_names() {
            names.push(name?.into_owned());
        }
        names.sort();
        Ok(names)
    }

    /// The text of a file.
    pub(crate) fn read(&mut self, name: &str) -> Result<String> {
        let mut text = String::new();
        self.0
            .by_name(name)
            .map_err(|error| format!("{FILE}: {name}: {error}"))?
            .read_to_string(&mut text)?;
        Ok(text)
    }

    /// The version of cfn-lint, and the day on which it took the schemas from AWS.
    pub(crate) fn version(&mut self) -> Result<String> {
        let version = self.json("cfnlint/data/schemas/version.json")?;
        let date = version
            .get("schema_date")
            .and_then(serde_json::Value::as_str)
            .ok_or("the schemas have no date")?;
        let day = date.split('T').next().unwrap_or(date);
        Ok(format!("cfn-lint {VERSION}, schemas of {day}"))
    }

    /// A file of JSON.
    pub(crate) fn json(&mut self, name: &str) -> Result<serde_json::Value> {
        let text = self.read(name)?;
        serde_json::from_str(&text).map_err(|error| format!("{name}: {error}").into())
    }
}

fn download(folder: &Path) -> Result {
    fs::create_dir_all(folder)?;
    let status = Command::new("python3")
        .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"])
        .arg("--dest")
        .arg(folder)
        .arg(format!("cfn-lint=={VERSION}"))
        .status()
        .map_err(|error| format!("python3, needed to fetch cfn-lint {VERSION}: {error}"))?;
    if !status.success() {
        return Err(format!("pip could not fetch cfn-lint {VERSION}").into());
    }
    Ok(())
}
