//! The OpenAPI 3.1 document, derived from the declared routes.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::api::RouteError;
use crate::endpoint::Endpoint;

/// The operation id of a route: declared, or made from method and path.
pub(crate) fn operation_id(endpoint: &Endpoint) -> String {
    if let Some(id) = endpoint.docs.operation_id {
        return id.to_owned();
    }
    let mut id = endpoint.method.as_str().to_ascii_lowercase();
    for segment in endpoint.path.split('/').filter(|segment| !segment.is_empty()) {
        id.push('_');
        match segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
            Some(name) => {
                id.push_str("by_");
                id.push_str(name.strip_prefix('*').unwrap_or(name));
            }
            None => id.extend(segment.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })),
        }
    }
    id
}

pub(crate) fn check_operation_ids(endpoints: &[Arc<Endpoint>]) -> Result<(), RouteError> {
    let mut seen = BTreeSet::new();
    for endpoint in endpoints {
        let id = operation_id(endpoint);
        if !seen.insert(id.clone()) {
            return Err(RouteError::OperationId(id));
        }
    }
    Ok(())
}
