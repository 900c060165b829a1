//! What a request wants of a stack: template, parameters, tags, and what is refused of it.

use std::collections::BTreeMap;

use crate::query::Query;
use crate::refusal::Refusal;
use crate::stack::Goal;
use crate::template::{Template, joined};
use crate::world::World;

const INLINE_LIMIT: usize = 51_200;
const TEMPLATE_LIMIT: usize = 1_000_000;

impl World {
    /// What the request wants of a stack.
    pub(crate) fn goal(&self, query: &Query, previous: Option<&Goal>) -> Result<Goal, Refusal> {
        let body = match (query.get("TemplateBody"), query.get("TemplateURL")) {
            (Some(body), None) if body.len() > INLINE_LIMIT => {
                return Err(Refusal::invalid(format!(
                    "1 validation error detected: Value at 'templateBody' failed to satisfy \
                     constraint: Member must have length less than or equal to {INLINE_LIMIT}"
                )));
            }
            (Some(body), None) => body.to_owned(),
            (None, Some(url)) => self.template_at(url)?,
            (None, None) if query.flag("UsePreviousTemplate") == Some(true) => previous
                .map(|goal| goal.template.body.clone())
                .ok_or_else(|| Refusal::invalid("The stack has no previous template"))?,
            _ => {
                return Err(Refusal::invalid(
                    "Either Template URL or Template Body must be specified.",
                ));
            }
        };
        if body.len() > TEMPLATE_LIMIT {
            return Err(Refusal::invalid(format!(
                "Template may not exceed {TEMPLATE_LIMIT} bytes in size."
            )));
        }
        let template = Template::parse(&body)?;
        let mut given = BTreeMap::new();
        for parameter in query.members("Parameters") {
            let key = parameter.required("ParameterKey")?.to_owned();
            let value = if parameter.flag("UsePreviousValue") == Some(true) {
                previous.and_then(|goal| goal.parameters.get(&key).cloned()).ok_or_else(|| {
                    Refusal::invalid(format!(
                        "Invalid input for parameter key {key}. Cannot specify usePreviousValue as \
                         true for a parameter key not in the previous template"
                    ))
                })?
            } else {
                parameter.owned("ParameterValue").unwrap_or_default()
            };
            given.insert(key, value);
        }
        let parameters = template.parameters(&given)?;
        let capabilities = query.strings("Capabilities");
        if let Some(needed) = template.capability() {
            let suffices =
                capabilities.iter().any(|has| has == needed || has == "CAPABILITY_NAMED_IAM");
            if !suffices {
                return Err(Refusal::new(
                    400,
                    "InsufficientCapabilitiesException",
                    format!("Requires capabilities : [{needed}]"),
                ));
            }
        }
        let mut tags: Vec<_> = query
            .members("Tags")
            .iter()
            .filter_map(|tag| Some((tag.owned("Key")?, tag.owned("Value").unwrap_or_default())))
            .collect();
        tags.sort();
        if tags.len() > 50 {
            return Err(Refusal::invalid("Tag limit of 50 exceeded"));
        }
        // Of a request without tags or alarms, those of the stack stay.
        if !query.fields().keys().any(|key| key.starts_with("Tags")) {
            tags = previous.map(|goal| goal.tags.clone()).unwrap_or_default();
        }
        let alarms = query
            .members("RollbackConfiguration.RollbackTriggers")
            .iter()
            .filter_map(|trigger| Some((trigger.owned("Arn")?, trigger.owned("Type")?)))
            .collect();
        Ok(Goal {
            template,
            parameters,
            tags,
            capabilities,
            notifications: query.strings("NotificationARNs"),
            role: query.owned("RoleARN").or_else(|| previous.and_then(|goal| goal.role.clone())),
            alarms,
            monitored: query.owned("RollbackConfiguration.MonitoringTimeInMinutes"),
        })
    }
}

/// A resource keeps its type: another one under its logical id is refused.
pub(crate) fn no_other_type(before: &Template, after: &Template) -> Result<(), Refusal> {
    let changed: Vec<_> = after
        .section("Resources")
        .keys()
        .filter(|id| before.resource(id).is_some() && before.kind(id) != after.kind(id))
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    Err(Refusal::invalid(format!(
        "Update of resource type is not permitted. The new template modifies resource type of the \
         following resources: [{}]",
        joined(changed)
    )))
}

/// What is to be imported: physical ids by logical ids.
pub(crate) fn imports(query: &Query, goal: &Goal) -> Result<BTreeMap<String, String>, Refusal> {
    let mut imports = BTreeMap::new();
    for resource in query.members("ResourcesToImport") {
        let id = resource.required("LogicalResourceId")?.to_owned();
        let keeps = goal.template.resource(&id).and_then(|of| of.get("DeletionPolicy"));
        if keeps.is_none() {
            return Err(Refusal::invalid(format!(
                "Resources [{id}] to import must have DeletionPolicy attribute specified in the \
                 template."
            )));
        }
        let identifier: Vec<_> = resource.entries("ResourceIdentifier").into_values().collect();
        imports.insert(id, identifier.join("|"));
    }
    Ok(imports)
}

/// A name as CloudFormation wants it.
pub(crate) fn check_name(member: &str, name: &str, longest: usize) -> Result<(), Refusal> {
    let good = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.len() <= longest
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if good {
        return Ok(());
    }
    Err(Refusal::invalid(format!(
        "1 validation error detected: Value '{name}' at '{member}' failed to satisfy constraint: \
         Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
    )))
}
