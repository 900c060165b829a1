//! Reading a request in the form of the AWS Query protocol.

use std::collections::BTreeMap;

use crate::refusal::Refusal;

/// The parameters of a request, or of one member of a list in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    fields: BTreeMap<String, String>,
}

impl Query {
    pub(crate) fn parse(body: &[u8]) -> Self {
        Self { fields: form_urlencoded::parse(body).into_owned().collect() }
    }

    pub(crate) fn fields(&self) -> &BTreeMap<String, String> {
        &self.fields
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    pub(crate) fn owned(&self, name: &str) -> Option<String> {
        self.fields.get(name).cloned()
    }

    /// The parameter's value.
    ///
    /// # Errors
    /// If it is missing: AWS's text for a member that must not be null.
    pub(crate) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).filter(|value| !value.is_empty()).ok_or_else(|| {
            let member: String = name
                .chars()
                .enumerate()
                .map(|(at, c)| if at == 0 { c.to_ascii_lowercase() } else { c })
                .collect();
            Refusal::invalid(format!(
                "1 validation error detected: Value null at '{member}' failed to satisfy \
                 constraint: Member must not be null"
            ))
        })
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.get(name).map(|value| value == "true")
    }

    /// The members of a list of structures, `NAME.member.N.FIELD`, in the order of N.
    pub(crate) fn members(&self, name: &str) -> Vec<Query> {
        self.numbered(&format!("{name}.member."))
    }

    /// The entries of a map, `NAME.entry.N.key` and `NAME.entry.N.value`.
    pub(crate) fn entries(&self, name: &str) -> BTreeMap<String, String> {
        self.numbered(&format!("{name}.entry."))
            .iter()
            .filter_map(|entry| Some((entry.owned("key")?, entry.owned("value")?)))
            .collect()
    }

    /// The members of a list of strings, `NAME.member.N`, in the order of N.
    pub(crate) fn strings(&self, name: &str) -> Vec<String> {
        self.members(name).iter().filter_map(|member| member.owned("")).collect()
    }

    fn numbered(&self, prefix: &str) -> Vec<Query> {
        let mut members: BTreeMap<u32, Query> = BTreeMap::new();
        for (key, value) in &self.fields {
            let Some(rest) = key.strip_prefix(prefix) else { continue };
            let (number, field) = rest.split_once('.').unwrap_or((rest, ""));
            let Ok(number) = number.parse() else { continue };
            members.entry(number).or_default().fields.insert(field.to_owned(), value.clone());
        }
        members.into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[test]
    fn members_come_in_the_order_of_their_numbers() {
        let form: String = (1..=11).map(|n| format!("Tags.member.{n}.Key=k{n}&")).collect();
        let keys: Vec<_> = Query::parse(form.as_bytes())
            .members("Tags")
            .iter()
            .filter_map(|tag| tag.owned("Key"))
            .collect();
        assert_eq!(keys.first().map(String::as_str), Some("k1"));
        assert_eq!(keys.last().map(String::as_str), Some("k11"));
    }

    #[test]
    fn a_list_of_strings_and_a_map_are_read() {
        let query =
            Query::parse(b"A.member.2=y&A.member.1=x%20z&M.entry.1.key=k&M.entry.1.value=v");
        assert_eq!(query.strings("A"), ["x z", "y"]);
        assert_eq!(query.entries("M").get("k").map(String::as_str), Some("v"));
    }
}
