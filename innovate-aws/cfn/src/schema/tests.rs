//! The table, read from end to end.

use std::collections::BTreeSet;

use super::{
    constraint::{Keyword, Schema},
    resource_type, resource_types, table,
};

/// Visits a schema and all below it, each once.
fn visit(schema: Schema, seen: &mut BTreeSet<usize>, each: &mut impl FnMut(Keyword)) {
    if !seen.insert(schema.at) {
        return;
    }
    let mut keywords = schema.keywords();
    for keyword in keywords.by_ref() {
        each(keyword);
        let mut below: Vec<Schema> = Vec::new();
        match keyword {
            Keyword::Properties(properties) => {
                below.extend(properties.iter().map(|(_, at)| Schema { at }));
            }
            Keyword::PatternProperties(schemas) => {
                below.extend(schemas.by_pattern().map(|(_, schema)| schema));
            }
            Keyword::PrefixItems(schemas)
            | Keyword::AllOf(schemas)
            | Keyword::AnyOf(schemas)
            | Keyword::OneOf(schemas) => below.extend(schemas.iter()),
            Keyword::Items(schema) | Keyword::Not(schema) | Keyword::DependentSchema(_, schema) => {
                below.push(schema)
            }
            Keyword::If { condition, then, otherwise } => {
                below.extend([condition, then, otherwise]);
            }
            _ => {}
        }
        for schema in below {
            visit(schema, seen, each);
        }
    }
    assert!(keywords.is_at_end(), "the schema at {} has an unknown keyword", schema.at);
}

#[test]
fn every_type_decodes() {
    assert!(table::is_known());
    assert!(resource_types().len() > 1_800);
    let mut seen = BTreeSet::new();
    for facts in resource_types() {
        let name = facts.name();
        assert!(name.starts_with("AWS::") || name.starts_with("Alexa::"), "{name}");
        assert_eq!(resource_type(name).map(|found| found.name()), Some(name));
        assert_eq!(facts.exists_in("us-east-1"), Some(true), "{name}");
        let texts = facts
            .primary_identifier()
            .chain(facts.create_only())
            .chain(facts.attributes())
            .chain(facts.write_only())
            .chain(facts.deprecated_properties());
        for text in texts {
            assert!(!text.is_empty(), "{name} has an empty path");
        }
        let mut has_properties = false;
        let mut check = |keyword: Keyword| match keyword {
            Keyword::Properties(properties) => {
                for (property, at) in properties.iter() {
                    assert!(!property.is_empty(), "{name} has a property without a name");
                    assert_eq!(properties.get(property), Some(at), "{name}: {property}");
                }
            }
            Keyword::Required(list)
            | Keyword::Enum(list)
            | Keyword::EnumAnyCase(list)
            | Keyword::RequiredXor(list)
            | Keyword::RequiredOr(list)
            | Keyword::UniqueKeys(list) => {
                assert!(list.texts().len() > 0, "{name} has an empty list")
            }
            Keyword::Pattern(number) => {
                assert!(table::pattern_at(number).is_some(), "{name} has no pattern {number}");
            }
            Keyword::Minimum(bound) | Keyword::Maximum(bound) => {
                assert!(bound.is_finite(), "{name}");
            }
            _ => {}
        };
        for keyword in facts.schema().keywords() {
            has_properties |= matches!(keyword, Keyword::Properties(_));
        }
        assert!(has_properties, "{name} has no properties");
        visit(facts.schema(), &mut seen, &mut check);
    }
    assert!(seen.len() > 20_000, "only {} schemas are reachable", seen.len());
}
