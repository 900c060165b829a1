//! What a template's values are: intrinsic functions, conditions, mappings, other stacks' outputs.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::resource::{LATER, Policy, Resource, Wanted};
use crate::script::Script;
use crate::stack::{Stack, Stacks};
use crate::template::{Template, placeholders, plain};

/// Where a stack is and what it is called: what pseudo parameters give.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) partition: &'static str,
    pub(crate) stack_name: String,
    pub(crate) stack_id: String,
}

/// The partition of a region.
pub(crate) fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

/// Everything that a value may refer to.
#[derive(Clone, Copy)]
pub(crate) struct Resolver<'a> {
    pub(crate) template: &'a Template,
    pub(crate) parameters: &'a BTreeMap<String, String>,
    pub(crate) resources: &'a BTreeMap<String, Resource>,
    pub(crate) identity: &'a Identity,
    pub(crate) others: &'a Stacks,
    pub(crate) script: &'a Script,
}

/// A value, or `None` where there is to be none (`AWS::NoValue`).
type Resolved = Result<Option<Value>, String>;

impl Resolver<'_> {
    /// The resource as the template wants it.
    ///
    /// # Errors
    /// If a value refers to what is not there: the reason that CloudFormation would give.
    pub(crate) fn wanted(&self, logical_id: &str) -> Result<Wanted, String> {
        let resource = self.template.resource(logical_id).unwrap_or(&Value::Null);
        let section = |name: &str| match resource.get(name) {
            Some(value) => Ok(self.value(value)?.unwrap_or(Value::Null)),
            None => Ok::<_, String>(Value::Object(Map::new())),
        };
        let deletion = Policy::read(resource.get("DeletionPolicy"))?;
        Ok(Wanted {
            kind: self.template.kind(logical_id).to_owned(),
            properties: section("Properties")?,
            metadata: section("Metadata")?,
            deletion,
            replacing: Policy::read(resource.get("UpdateReplacePolicy"))?,
            depends: self.template.depends(logical_id),
        })
    }

    /// The logical ids of the resources whose condition holds.
    pub(crate) fn present(&self) -> Result<Vec<String>, String> {
        let mut present = Vec::new();
        for (id, resource) in self.template.section("Resources") {
            if self.holds_for(resource)? {
                present.push(id.clone());
            }
        }
        Ok(present)
    }

    /// The outputs, and for those that are exported, under which name.
    pub(crate) fn outputs(&self) -> Result<BTreeMap<String, crate::stack::Output>, String> {
        let mut outputs = BTreeMap::new();
        for (key, output) in self.template.section("Outputs") {
            if !self.holds_for(output)? {
                continue;
            }
            let value = output.get("Value").unwrap_or(&Value::Null);
            let export = output.get("Export").and_then(|export| export.get("Name"));
            let export = match export {
                Some(name) => self.value(name)?.as_ref().map(plain),
                None => None,
            };
            let description = output.get("Description").map(plain);
            let value = self.value(value)?.as_ref().map(plain).unwrap_or_default();
            outputs.insert(key.clone(), crate::stack::Output { value, description, export });
        }
        Ok(outputs)
    }

    fn holds_for(&self, item: &Value) -> Result<bool, String> {
        match item.get("Condition").and_then(Value::as_str) {
            Some(name) => self.condition(name),
            None => Ok(true),
        }
    }

    fn condition(&self, name: &str) -> Result<bool, String> {
        let Some(condition) = self.template.section("Conditions").get(name) else {
            return Err(format!("Unresolved condition dependency {name}"));
        };
        self.holds(condition)
    }

    fn holds(&self, condition: &Value) -> Result<bool, String> {
        let Some((function, of)) = single(condition) else {
            return Err("Every condition must be an intrinsic function".to_owned());
        };
        let parts = of.as_array().map(Vec::as_slice).unwrap_or_default();
        match function {
            "Condition" => self.condition(of.as_str().unwrap_or_default()),
            "Fn::Equals" => {
                let mut sides = Vec::new();
                for part in parts {
                    sides.push(self.value(part)?.as_ref().map(plain));
                }
                Ok(sides.first() == sides.get(1))
            }
            "Fn::Not" => Ok(!self.holds(parts.first().unwrap_or(&Value::Null))?),
            "Fn::And" => parts.iter().try_fold(true, |all, part| Ok(all && self.holds(part)?)),
            "Fn::Or" => parts.iter().try_fold(false, |any, part| Ok(any || self.holds(part)?)),
            other => Err(format!("{other} is not a function of conditions")),
        }
    }

    /// The value with every function resolved.
    pub(crate) fn value(&self, value: &Value) -> Resolved {
        match value {
            Value::Array(values) => {
                let mut out = Vec::new();
                for value in values {
                    out.extend(self.value(value)?);
                }
                Ok(Some(Value::Array(out)))
            }
            Value::Object(fields) => {
                if let Some((function, of)) = single(value)
                    && (function == "Ref" || function.starts_with("Fn::"))
                {
                    return self.function(function, of);
                }
                let mut out = Map::new();
                for (key, value) in fields {
                    if let Some(value) = self.value(value)? {
                        out.insert(key.clone(), value);
                    }
                }
                Ok(Some(Value::Object(out)))
            }
            plain => Ok(Some(plain.clone())),
        }
    }

    fn function(&self, function: &str, of: &Value) -> Resolved {
        let parts = of.as_array().map(Vec::as_slice).unwrap_or_default();
        let part = |at: usize| self.value(parts.get(at).unwrap_or(&Value::Null));
        let text = |at: usize| Ok::<_, String>(part(at)?.as_ref().map(plain).unwrap_or_default());
        match function {
            "Ref" => self.reference(of.as_str().unwrap_or_default()),
            "Fn::GetAtt" => {
                let target = match of {
                    Value::Array(_) => parts.iter().map(plain).collect::<Vec<_>>().join("."),
                    other => plain(other),
                };
                self.attribute(&target)
            }
            "Fn::Sub" => self.substitute(of),
            "Fn::Join" => {
                let separator = text(0)?;
                let Some(Value::Array(values)) = part(1)? else { return Ok(Some("".into())) };
                let values: Vec<_> = values.iter().map(plain).collect();
                Ok(Some(values.join(&separator).into()))
            }
            "Fn::Split" => {
                let (separator, text) = (text(0)?, text(1)?);
                // What is known later can't be taken apart now.
                if text.contains(LATER) {
                    return Ok(Some(vec![text].into()));
                }
                Ok(Some(text.split(&separator).map(str::to_owned).collect::<Vec<_>>().into()))
            }
            "Fn::Select" => {
                let at: usize = text(0)?.parse().unwrap_or(usize::MAX);
                match part(1)? {
                    Some(Value::Array(values)) => {
                        let later = values.iter().find(|value| plain(value).contains(LATER));
                        values.get(at).or(later).cloned().map(Some).ok_or_else(|| {
                            format!(
                                "Template error: Fn::Select cannot select nonexistent value at \
                                 index {at}"
                            )
                        })
                    }
                    other => Ok(other),
                }
            }
            "Fn::If" => {
                let name = parts.first().and_then(Value::as_str).unwrap_or_default();
                part(if self.condition(name)? { 1 } else { 2 })
            }
            "Fn::FindInMap" => {
                let (map, first, second) = (text(0)?, text(1)?, text(2)?);
                let found = self.template.section("Mappings").get(&map);
                let found = found.and_then(|map| map.get(&first)).and_then(|of| of.get(&second));
                found.cloned().map(Some).ok_or_else(|| {
                    format!("Template error: Unable to get mapping for {map}::{first}::{second}")
                })
            }
            "Fn::GetAZs" => {
                let region = self.value(of)?.as_ref().map(plain).unwrap_or_default();
                let region = if region.is_empty() { &self.identity.region } else { &region };
                let zones = ["a", "b", "c"].map(|zone| format!("{region}{zone}"));
                Ok(Some(zones.to_vec().into()))
            }
            "Fn::ImportValue" => {
                let name = self.value(of)?.as_ref().map(plain).unwrap_or_default();
                self.others
                    .values()
                    .filter(|stack| self.is_neighbour(stack))
                    .flat_map(|stack| stack.outputs.values())
                    .find(|output| output.export.as_deref() == Some(&name))
                    .map(|output| Some(output.value.clone().into()))
                    .ok_or_else(|| format!("No export named {name} found."))
            }
            "Fn::GetStackOutput" => self.stack_output(of),
            // The function itself has no value here: what it makes of its argument is opaque, and
            // equal for equal arguments.
            "Fn::Base64" | "Fn::Cidr" | "Fn::Transform" | "Fn::ToJsonString" | "Fn::Length" => {
                let argument = self.value(of)?.unwrap_or(Value::Null);
                if function == "Fn::Cidr" {
                    return Ok(Some(subnets(&argument)));
                }
                Ok(Some(Value::String(format!("{function}({argument})"))))
            }
            other => Err(format!("Template error: unknown function {other}")),
        }
    }

    fn reference(&self, name: &str) -> Resolved {
        let identity = self.identity;
        let pseudo = match name {
            "AWS::NoValue" => return Ok(None),
            "AWS::AccountId" => identity.account.as_str(),
            "AWS::Region" => identity.region.as_str(),
            "AWS::Partition" => identity.partition,
            "AWS::StackName" => identity.stack_name.as_str(),
            "AWS::StackId" => identity.stack_id.as_str(),
            "AWS::URLSuffix" if identity.partition == "aws-cn" => "amazonaws.com.cn",
            "AWS::URLSuffix" => "amazonaws.com",
            _ => {
                if let Some(value) = self.parameters.get(name) {
                    let kind = self.template.section("Parameters").get(name);
                    let kind = kind.and_then(|of| of.get("Type")).and_then(Value::as_str);
                    let list = kind
                        .is_some_and(|kind| kind.contains("List<") || kind == "CommaDelimitedList");
                    return Ok(Some(if list {
                        value
                            .split(',')
                            .map(|part| part.trim().to_owned())
                            .collect::<Vec<_>>()
                            .into()
                    } else {
                        value.clone().into()
                    }));
                }
                let resource = self.resources.get(name);
                return resource.map(|resource| Some(resource.reference())).ok_or_else(|| {
                    format!("Unresolved resource dependencies [{name}] in the Resources block of the template")
                });
            }
        };
        Ok(Some(pseudo.into()))
    }

    fn attribute(&self, target: &str) -> Resolved {
        let (id, name) = target.split_once('.').unwrap_or((target, ""));
        let resource = self.resources.get(id).ok_or_else(|| {
            format!("Template error: instance of Fn::GetAtt references undefined resource {id}")
        })?;
        Ok(Some(resource.attribute(name, self.identity, self.script)))
    }

    fn substitute(&self, of: &Value) -> Resolved {
        let (text, own) = match of {
            Value::Array(parts) => (parts.first().map(plain).unwrap_or_default(), parts.get(1)),
            other => (plain(other), None),
        };
        let mut out = text.clone();
        for name in placeholders(&text) {
            let value = match own.and_then(|own| own.get(&name)) {
                Some(value) => self.value(value)?,
                None if name.contains('.') => self.attribute(&name)?,
                None => self.reference(&name)?,
            };
            let value = value.as_ref().map(plain).unwrap_or_default();
            out = out.replace(&format!("${{{name}}}"), &value);
        }
        Ok(Some(out.replace("${!", "${").into()))
    }

    fn stack_output(&self, of: &Value) -> Resolved {
        let field = |name: &str| match of.get(name) {
            Some(value) => Ok::<_, String>(self.value(value)?.as_ref().map(plain)),
            None => Ok(None),
        };
        let name = field("StackName")?.unwrap_or_default();
        let output = field("OutputName")?.unwrap_or_default();
        let region = field("Region")?.unwrap_or_else(|| self.identity.region.clone());
        let role = field("RoleArn")?;
        let account = role.as_deref().and_then(|arn| arn.split(':').nth(4));
        let account = account.unwrap_or(&self.identity.account);
        let stack = self
            .others
            .values()
            .filter(|stack| stack.deleted.is_none())
            .filter(|stack| stack.identity.account == account && stack.identity.region == region)
            .find(|stack| stack.identity.stack_name == name || stack.identity.stack_id == name)
            .ok_or_else(|| format!("Stack with id {name} does not exist"))?;
        let found = stack.outputs.get(&output);
        found
            .map(|output| Some(output.value.clone().into()))
            .ok_or_else(|| format!("Output {output} does not exist in stack {name}"))
    }

    fn is_neighbour(&self, stack: &Stack) -> bool {
        stack.deleted.is_none()
            && stack.identity.account == self.identity.account
            && stack.identity.region == self.identity.region
    }
}

/// The only field of an object that has one.
pub(crate) fn single(value: &Value) -> Option<(&str, &Value)> {
    let fields = value.as_object().filter(|fields| fields.len() == 1)?;
    fields.iter().next().map(|(key, value)| (key.as_str(), value))
}

/// Blocks of a range: as many, and of as many host bits, as `Fn::Cidr` is asked for.
fn subnets(argument: &Value) -> Value {
    let parts = argument.as_array().map(Vec::as_slice).unwrap_or_default();
    let block = parts.first().map(plain).unwrap_or_default();
    let number = |at: usize, default: u64| {
        parts.get(at).map(plain).and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (count, bits) = (number(1, 1), number(2, 8).min(32));
    let base = block.split('/').next().and_then(|ip| ip.parse::<std::net::Ipv4Addr>().ok());
    let Some(base) = base else { return Value::Array(vec![block.into()]) };
    let blocks = (0..count.min(256)).map(|n| {
        let start = u64::from(u32::from(base)) + (n << bits);
        let start = std::net::Ipv4Addr::from(u32::try_from(start).unwrap_or(u32::MAX));
        Value::String(format!("{start}/{}", 32 - bits))
    });
    Value::Array(blocks.collect())
}
