//! Values that Secrets Manager makes up.

use innovate_cfn::secretsmanager::secret::GenerateSecretString;
use innovate_core::value::Str;

use crate::{name, name::SecretField};

/// How many characters are made up: 16 to 4,096. Written [`length!`](crate::length!).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Length(u16);

impl Length {
    /// The length, if it is 16 to 4,096: Secrets Manager would make up a single character too, which
    /// anyone guesses.
    ///
    /// Source: "GetRandomPassword", AWS Secrets Manager API Reference.
    pub const fn new(characters: u16) -> Option<Self> {
        if characters >= 16 && characters <= 4_096 { Some(Self(characters)) } else { None }
    }

    /// In characters.
    pub const fn characters(self) -> u16 {
        self.0
    }
}

/// How many characters a generated value has, checked by the compiler: `length!(48)`.
#[macro_export]
macro_rules! length {
    ($characters:literal) => {{
        const LENGTH: $crate::secrets::Length = match $crate::secrets::Length::new($characters) {
            Some(length) => length,
            None => $crate::literal::reject(&[
                "not a length of a generated secret: `",
                stringify!($characters),
                "`: 16 to 4096 characters",
            ]),
        };
        LENGTH
    }};
}

/// Which characters are made up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alphabet {
    /// Letters of both cases and digits, which need no escape in a URL, header or shell.
    #[default]
    LettersAndDigits,
    /// These and punctuation, but for what RDS refuses in a password, or JSON and shells escape:
    /// `"`, `'`, a backquote, `@`, `/`, `\` and `$`.
    ///
    /// Source: "CreateDBInstance", Amazon RDS API Reference.
    Printable,
}

/// A value that Secrets Manager makes up, in a JSON object: External Secrets reads the keys and values
/// of such an object.
///
/// A change of anything here makes a new value with the next deployment. That is how a value is replaced
/// for which there is no function: [`generation`](Self::generation).
///
/// Source: "AWS::SecretsManager::Secret GenerateSecretString", AWS CloudFormation Template Reference
/// Guide.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Generated {
    field: SecretField,
    length: u16,
    alphabet: Alphabet,
    username: Option<Str>,
    generation: u32,
}

impl Generated {
    const fn new(field: SecretField, length: u16, alphabet: Alphabet) -> Self {
        Self { field, length, alphabet, username: None, generation: 1 }
    }

    /// 32 letters, digits and marks under the key `password`.
    pub const fn password() -> Self {
        Self::new(name!(SecretField: "password"), 32, Alphabet::Printable)
    }

    /// 64 letters and digits under the key `token`, for headers, and for what signs or encrypts.
    pub const fn token() -> Self {
        Self::new(name!(SecretField: "token"), 64, Alphabet::LettersAndDigits)
    }

    /// Under another key.
    pub fn field(mut self, field: SecretField) -> Self {
        self.field = field;
        self
    }

    /// Of another length: `length!(48)`.
    pub const fn length(mut self, length: Length) -> Self {
        self.length = length.characters();
        self
    }

    /// Of other characters.
    pub const fn alphabet(mut self, alphabet: Alphabet) -> Self {
        self.alphabet = alphabet;
        self
    }

    /// With the name of the user whose password it is, under the key `username`.
    pub fn username(mut self, username: impl Into<Str>) -> Self {
        self.username = Some(username.into());
        self
    }

    /// Which value it is: 1 by default. The next number makes Secrets Manager make up a new one, while
    /// the one before stays readable as `AWSPREVIOUS`. It is in the object, under the key `generation`.
    pub const fn generation(mut self, generation: u32) -> Self {
        self.generation = generation;
        self
    }

    pub(super) const fn generated_field(&self) -> &SecretField {
        &self.field
    }

    pub(super) fn property(&self) -> GenerateSecretString {
        let mut template = serde_json::Map::new();
        template.insert("generation".to_owned(), self.generation.to_string().into());
        if let Some(username) = &self.username {
            template.insert("username".to_owned(), username.to_string().into());
        }
        let property = GenerateSecretString::new()
            .secret_string_template(serde_json::Value::from(template).to_string())
            .generate_string_key(&self.field)
            .password_length(self.length)
            .include_space(false)
            .require_each_included_type(true);
        match self.alphabet {
            Alphabet::LettersAndDigits => property.exclude_punctuation(true),
            Alphabet::Printable => property.exclude_characters("\"'`@/\\$"),
        }
    }
}

impl Default for Generated {
    fn default() -> Self {
        Self::password()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_neither_guessed_nor_refused() {
        for (characters, good) in [(15, false), (16, true), (4_096, true), (4_097, false)] {
            assert_eq!(Length::new(characters).is_some(), good, "{characters}");
        }
        assert_eq!(length!(48).characters(), 48);
    }
}
