//! One edit of a program, and how it is refused.

use std::{fs, io, path::Path};

/// An edit that makes the program unsafe.
#[derive(Clone, Copy, Debug)]
pub struct Variation {
    /// What is wrong then.
    pub name: &'static str,
    edit: Edit,
    at: Option<&'static str>,
    /// The environment that is checked, by its stage.
    pub stage: &'static str,
    /// The code of the finding; none if the compiler refuses the program.
    pub code: Option<&'static str>,
    /// What the user reads, among other things.
    pub says: &'static str,
}

/// Each names its place by a text that the program has once, in whichever file.
#[derive(Clone, Copy, Debug)]
enum Edit {
    None,
    /// A text becomes another.
    Replace(&'static str, &'static str),
    /// Before the line with a text come more lines.
    Insert(&'static str, &'static str),
    /// The line with a text goes.
    Remove(&'static str),
}

impl Edit {
    const fn anchor(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Replace(anchor, _) | Self::Insert(anchor, _) | Self::Remove(anchor) => anchor,
        }
    }
}

/// An edit that the compiler refuses.
pub const fn refused(name: &'static str) -> Variation {
    Variation { name, edit: Edit::None, at: None, stage: "Prod", code: None, says: "" }
}

/// An edit that `check` refuses with a code.
pub const fn found(name: &'static str, code: &'static str) -> Variation {
    Variation { code: Some(code), ..refused(name) }
}

impl Variation {
    /// `text` becomes `with`.
    pub const fn replace(mut self, text: &'static str, with: &'static str) -> Self {
        self.edit = Edit::Replace(text, with);
        self
    }

    /// Before the line with `text` come `lines`.
    pub const fn insert(mut self, text: &'static str, lines: &'static str) -> Self {
        self.edit = Edit::Insert(text, lines);
        self
    }

    /// The line with `text` goes.
    pub const fn remove(mut self, text: &'static str) -> Self {
        self.edit = Edit::Remove(text);
        self
    }

    /// The user is shown the line with `text`, the first from the edit on if there are several, and
    /// not that of the edit.
    pub const fn at(mut self, text: &'static str) -> Self {
        self.at = Some(text);
        self
    }

    /// It is staging that is checked, and not production.
    pub const fn of_staging(mut self) -> Self {
        self.stage = "Staging";
        self
    }

    /// What the message says, among other things.
    pub const fn says(mut self, text: &'static str) -> Self {
        self.says = text;
        self
    }

    /// The name of the module that the edited program is.
    pub fn module(&self) -> String {
        self.name.to_lowercase().replace(|letter: char| !letter.is_ascii_alphanumeric(), "_")
    }

    /// The edited program.
    ///
    /// # Errors
    ///
    /// If the program has the text to edit not exactly once, or the line to be shown isn't there.
    pub fn apply(&self, program: &Program) -> Result<Edited, String> {
        let anchor = self.edit.anchor();
        let stale = |what: &str| format!("{}: the program has {what}", self.name);
        let mut holders = program.iter().filter(|file| file.text.contains(anchor));
        let edited = holders.next().ok_or_else(|| stale(&format!("no `{anchor}`")))?;
        let offset = edited.text.find(anchor).unwrap_or_default();
        let again = edited.text.get(offset + 1..).unwrap_or_default().contains(anchor);
        if !anchor.is_empty() && (again || holders.next().is_some()) {
            return Err(stale(&format!("more than one `{anchor}`")));
        }
        let line = edited.text.get(..offset).map_or(0, |text| text.matches('\n').count());
        let mut lines: Vec<String> = edited.text.lines().map(str::to_owned).collect();
        let text = match self.edit {
            Edit::None => edited.text.clone(),
            Edit::Replace(_, with) => edited.text.replacen(anchor, with, 1),
            Edit::Insert(_, inserted) => {
                let next = lines.get(line).map_or("", String::as_str);
                let indent = " ".repeat(next.len() - next.trim_start().len());
                let inserted = inserted.lines().map(|inserted| format!("{indent}{inserted}"));
                lines.splice(line..line, inserted.collect::<Vec<_>>());
                lines.join("\n") + "\n"
            }
            Edit::Remove(_) => {
                lines.splice(line..=line, []);
                lines.join("\n") + "\n"
            }
        };
        let name = edited.name.clone();
        let files = program.iter().map(|file| match file.name == name {
            true => File { name: name.clone(), text: text.clone() },
            false => file.clone(),
        });
        let files: Program = files.collect();
        let (file, shown) = match self.at {
            None => (name, line),
            Some(at) => {
                let behind = text.lines().skip(line).position(|line| line.contains(at));
                let anywhere = || {
                    let holder = files.iter().find(|file| file.text.contains(at))?;
                    let shown = holder.text.lines().position(|line| line.contains(at))?;
                    Some((holder.name.clone(), shown))
                };
                let behind = behind.map(|behind| (name, line + behind));
                behind.or_else(anywhere).ok_or_else(|| stale(&format!("no line with `{at}`")))?
            }
        };
        Ok(Edited { files, place: format!("{file}:{}", shown + 1) })
    }
}

/// A file of a program.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name, without a folder.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// The files of a program, which are in one folder.
pub type Program = Vec<File>;

/// The program in a folder: its files of Rust, by their names.
///
/// # Errors
///
/// If one of them can't be read.
pub fn read(folder: &Path) -> io::Result<Program> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        files.push(File { text: fs::read_to_string(entry.path())?, name });
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(files)
}

/// An edited program.
#[derive(Clone, Debug)]
pub struct Edited {
    /// Its files.
    pub files: Program,
    /// The line that the user is shown: its file, a colon, and its number, counted from 1.
    pub place: String,
}
