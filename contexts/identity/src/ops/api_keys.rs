//! API keys.

use usher_db::Tx;
use usher_kernel::{Scopes, SiteId, TenantId};
use uuid::Uuid;

use crate::error::Error;
use crate::model::{ApiKey, ApiKeyView, NewApiKey, SecretKind, Standing, mint, scopes};
use crate::{events, store};

/// How much of a key's text is kept to tell keys apart.
const HINT: usize = 10;

/// Creates an API key; the answer holds the key itself, this once.
///
/// # Errors
/// Values that cannot be kept; scopes or sites beyond the caller's own.
pub fn create_api_key(
    tx: &mut Tx,
    tenant: TenantId,
    known_site: &dyn Fn(SiteId) -> bool,
    new: &NewApiKey,
) -> Result<ApiKeyView, Error> {
    let now = tx.now();
    let name = new.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 80 {
        return Err(Error::field("name", "required", "Give the key a name of at most 80 letters."));
    }
    if new.scopes.is_empty() {
        return Err(Error::field("scopes", "required", "Give at least one scope."));
    }
    if let Some(unknown) = new.scopes.iter().find(|scope| scopes::known(scope).is_none()) {
        return Err(Error::field("scopes", "unknown_scope", format!("There is no scope {unknown:?}.")));
    }
    if let Some(site) = new.sites.iter().find(|site| !known_site(**site)) {
        return Err(Error::field("sites", "unknown_site", format!("There is no site {site}.")));
    }
    if new.expires_at.is_some_and(|end| end <= now) {
        return Err(Error::field("expires_at", "in_the_past", "Give a moment in the future."));
    }
    let given = Standing {
        scopes: Scopes::of(new.scopes.iter().filter_map(|scope| scopes::known(scope))),
        sites: new.sites.clone().into(),
    };
    if !super::standing(tx.caller()).reaches(&given) {
        return Err(Error::AboveOwn);
    }
    let id = usher_kernel::random::uuid_v7(now);
    let minted = mint(SecretKind::ApiKey, id);
    let key = ApiKey {
        id,
        tenant_id: tenant,
        name,
        scopes: new.scopes.clone(),
        sites: new.sites.clone(),
        secret_hash: minted.hash,
        hint: minted.text.chars().take(HINT).collect(),
        created_at: now,
        expires_at: new.expires_at,
        last_used_at: None,
        revoked_at: None,
    };
    store::devices::insert_key(tx, &key)?;
    events::api_key(tx, events::API_KEY_CREATED, &key)?;
    Ok(ApiKeyView { key: Some(minted.text), ..ApiKeyView::from(key) })
}

/// Revokes an API key; it is worth nothing from this moment.
///
/// # Errors
/// There is no such key, or it reaches further than the caller.
pub fn revoke_api_key(tx: &mut Tx, tenant: TenantId, id: Uuid) -> Result<(), Error> {
    let key = store::devices::keys(tx, tenant)?.into_iter().find(|key| key.id == id);
    let key = key.ok_or(Error::NotFound("API key"))?;
    let held = Standing {
        scopes: Scopes::of(key.scopes.iter().filter_map(|scope| scopes::known(scope))),
        sites: key.sites.clone().into(),
    };
    if !super::standing(tx.caller()).reaches(&held) {
        return Err(Error::AboveOwn);
    }
    store::devices::revoke_key(tx, tenant, id)?;
    events::api_key(tx, events::API_KEY_REVOKED, &key)?;
    Ok(())
}
