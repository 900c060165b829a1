//! What a good program holds to: one policy a file.

pub mod backup;
pub mod cluster;
pub mod database;
pub mod edge;
pub mod identity;
pub mod keys;
pub mod network;
pub mod observability;
mod read;
pub mod secrets;
pub mod storage;
pub mod template;
pub mod waf;

use innovate_core::Rule;

/// Every rule, in the order of their codes.
pub static RULES: &[&Rule] = &[
    &observability::ALARM_TELLS_SOMEBODY,
    &observability::ALARM_MAKES_SENSE,
    &edge::CERTIFICATE_IS_ISSUED_UNATTENDED,
    &backup::RECOVERY_POINT_FITS_ITS_VAULT,
    &backup::RECOVERY_REGION_IS_ANOTHER,
    &backup::START_WINDOWS_DO_NOT_MEET,
    &backup::VAULT_KEEPS_WHAT_IT_HAS,
    &backup::SELECTION_SELECTS,
    &cluster::API_IS_PRIVATE,
    &cluster::CLUSTER_HAS_ADMINISTRATOR,
    &cluster::CONTROL_PLANE_LOGS_ARE_KEPT,
    &cluster::VERSION_IS_SUPPORTED,
    &cluster::CLUSTER_IS_PROTECTED,
    &cluster::NODE_TEMPLATE_IS_HARDENED,
    &cluster::NODES_ARE_PRIVATE,
    &cluster::CORE_NODES_SURVIVE,
    &cluster::ADDONS_AND_NODES_ARE_ORDERED,
    &cluster::SERVICE_ACCOUNT_HAS_ONE_ROLE,
    &cluster::IRSA_TRUST_IS_EXACT,
    &cluster::SERVICE_BLOCK_IS_ALLOWED,
    &cluster::CONTROLLER_HAS_ITS_ROLE,
    &cluster::INTERRUPTION_QUEUE_IS_COMPLETE,
    &database::DATABASE_IS_PRIVATE,
    &database::DATABASE_IS_ENCRYPTED,
    &database::BACKUP_IS_KEPT,
    &database::PRODUCTION_DATABASE_SURVIVES,
    &database::CAPACITY_IS_IN_RANGE,
    &database::AURORA_INSTANCE_LEAVES_TO_ITS_CLUSTER,
    &database::INSIGHT_IS_COMPLETE,
    &database::MINOR_VERSION_IS_DECIDED_ONCE,
    &database::DATABASE_NAME_IS_ALLOWED,
    &edge::RECORD_IS_IN_ITS_ZONE,
    &edge::RECORD_LEADS_SOMEWHERE,
    &edge::ZONE_IS_DELEGATED,
    &keys::KEY_KEEPS_ITS_DATA_READABLE,
    &keys::KEY_GRANTS_WHAT_ITS_CONSUMERS_NEED,
    &network::BLOCK_IS_DISJOINT,
    &network::TIER_SPANS_THREE_ZONES,
    &network::ROUTE_LEADS_WHERE_ITS_TIER_MAY,
    &network::DATA_HAS_NO_DEFAULT_ROUTE,
    &network::NAT_SERVES_ITS_OWN_ZONE,
    &network::ENDPOINT_IS_PRIVATE,
    &network::S3_IS_REACHED_WITHOUT_NAT,
    &network::ISOLATED_CLUSTER_REACHES_ITS_SERVICES,
    &network::ONLY_LOAD_BALANCERS_FACE_THE_INTERNET,
    &network::GROUP_SAYS_WHAT_IT_IS_FOR,
    &network::ACL_LETS_REPLIES_BACK,
    &network::FLOW_IS_LOGGED,
    &network::INTERNET_DOES_NOT_REACH_DATA,
    &network::ZONES_ARE_OF_THE_STACKS_REGION,
    &network::SUBNET_IS_TAGGED_FOR_CONTROLLERS,
    &network::ACL_LETS_STORES_BE_REACHED,
    &network::RULE_IS_IN_ITS_GROUPS_REGION,
    &observability::LOG_GROUP_IS_KEPT_AND_ENCRYPTED,
    &identity::PERMISSION_IS_SCOPED,
    &identity::SERVICE_TRUST_NAMES_ITS_SOURCE,
    &identity::POLICY_FITS_ITS_QUOTA,
    &identity::ACTION_EXISTS,
    &identity::SERVICE_PRINCIPAL_EXISTS,
    &identity::GRANT_REACHES_ITS_ACCOUNT,
    &storage::BUCKET_IS_PRIVATE,
    &storage::BUCKET_OWNS_ITS_OBJECTS,
    &storage::BUCKET_IS_VERSIONED,
    &storage::BUCKET_IS_ENCRYPTED,
    &storage::BUCKET_IS_REACHED_BY_TLS_ALONE,
    &storage::BUCKET_IS_TIDIED_UP,
    &storage::ACCESS_IS_LOGGED,
    &storage::BUCKET_HAS_ONE_POLICY,
    &storage::WRITER_CAN_ENCRYPT,
    &storage::POLICY_NAMES_WHO_MAY,
    &storage::BUCKET_IS_NAMED_ONCE,
    &template::STATEFUL_RESOURCE_IS_KEPT,
    &template::SECRET_IS_NO_LITERAL,
    &secrets::SECRET_HAS_ITS_OWN_KEY,
    &secrets::ROTATION_HAS_NO_GAP,
    &secrets::SECRET_SURVIVES_ITS_REGION,
    &secrets::SECRET_HAS_ITS_OWN_NAME,
    &secrets::REFERENCE_FINDS_ITS_SECRET,
    &secrets::SECRET_IS_NOT_PUBLIC,
    &template::MANDATORY_TAG_IS_PRESENT,
    &waf::WEB_ACL_IS_IN_ITS_SCOPE,
    &waf::WEB_ACL_RULE_FITS,
    &waf::WEB_ACL_HAS_THE_BASELINE,
    &waf::WEB_ACL_LOGS,
    &waf::WEB_ACL_SEES_THE_CLIENT,
    &waf::WEB_ACL_CAPACITY_IS_IN_THE_PRICE,
    &waf::IP_SET_IS_NO_WILDCARD,
];
