//! What is on sale, for everybody with a token: the published revision alone, whatever else is in work on a listing.
use super::content::{ContentShown, TermsBody};
use crate::host::ListingHost;
use crate::queries::{self, After, SaleLine, Which};
use actix_web::body::SizedStream;
use actix_web::http::header::{self, ContentDisposition, DispositionType};
use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use engine::Door;
use engine::look::{query, stored};
use files::Files;
use kernel::{Category, FileId, ListingId, ProviderId, Terms};
use listings_domain::Content;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Filter, Id, Page, PageQuery, Refused};

/// What the catalogue filters by.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CatalogueFilter {
    /// In this category.
    #[param(value_type = Option<String>)]
    category: Option<Category>,
    /// Of this provider.
    #[param(value_type = Option<String>)]
    provider: Option<ProviderId>,
}

/// A service on sale.
#[derive(Serialize, ToSchema)]
#[schema(as = CatalogueListed)]
pub(crate) struct SaleListed {
    /// The listing.
    #[schema(value_type = String, example = "lst_01h455vb4pex5vsknk084sn02q")]
    id: ListingId,
    /// Who sells.
    #[schema(value_type = String, example = "prv_01h455vb4pex5vsknk084sn02q")]
    provider: ProviderId,
    /// On which terms.
    terms: TermsBody,
    /// Since when on these terms.
    on_sale_since_at: DateTime<Utc>,
}

impl SaleListed {
    fn of(line: &SaleLine) -> Result<Self, Refused> {
        let terms: Terms = stored(&line.terms)?;
        Ok(Self {
            id: ListingId(line.id),
            provider: ProviderId(line.provider),
            terms: terms.into(),
            on_sale_since_at: line.on_sale_since,
        })
    }
}

/// A service on sale with all that is said of it.
#[derive(Serialize, ToSchema)]
#[schema(as = CatalogueEntry)]
pub(crate) struct SaleBody {
    /// What and on which terms.
    #[serde(flatten)]
    sale: SaleListed,
    /// What the published revision says. Its pictures are under `pictures/{file}` here.
    content: ContentShown,
}

/// What is on sale, newest first.
#[utoipa::path(
    params(PageQuery, CatalogueFilter),
    responses((status = 200, description = "A page of the catalogue.", body = Page<SaleListed>))
)]
#[get("/v1/listings/catalogue")]
pub(crate) async fn catalogue(
    _: Caller,
    page: PageQuery,
    Filter(filter): Filter<CatalogueFilter>,
    door: Data<Door<ListingHost>>,
) -> Result<Json<Page<SaleListed>>, Refused> {
    let which = Which {
        provider: filter.provider.map(|provider| provider.0),
        category: filter.category.map(|category| category.to_string()),
        ..Which::default()
    };
    let (after, rows): (After, i64) = (page.after()?, page.rows());
    let lines = query(door.readers(), move |conn| queries::on_sale(conn, &which, after, rows)).await?;
    let page = page.cut(lines, |line| (line.on_sale_since, line.id), |line| SaleListed::of(&line));
    let items = page.items.into_iter().collect::<Result<_, _>>()?;
    Ok(Json(Page { items, next_cursor: page.next_cursor }))
}

/// One service on sale.
#[utoipa::path(responses((status = 200, description = "The published revision.", body = SaleBody)))]
#[get("/v1/listings/catalogue/{id}")]
pub(crate) async fn catalogue_entry(
    _: Caller,
    Id(id): Id<ListingId>,
    door: Data<Door<ListingHost>>,
) -> Result<Json<SaleBody>, Refused> {
    let (line, content) = published(&door, id).await?;
    Ok(Json(SaleBody { sale: SaleListed::of(&line)?, content: ContentShown::from(content).in_public() }))
}

/// Download a picture of a service on sale, as an attachment.
#[utoipa::path(responses((
    status = 200,
    description = "The bytes.",
    content_type = "*/*",
    body = Vec<u8>
)))]
#[get("/v1/listings/catalogue/{id}/pictures/{file}")]
pub(crate) async fn catalogue_picture(
    _: Caller,
    Id((id, file)): Id<(ListingId, FileId)>,
    door: Data<Door<ListingHost>>,
    files: Data<Files>,
) -> Result<HttpResponse, Refused> {
    let (_, content) = published(&door, id).await?;
    if !content.pictures.iter().any(|shown| shown.file.id == file) {
        return Err(Refused::not_found());
    }
    let (row, bytes) = files.open(id.0, file).await.map_err(|error| Refused::from(error.problem()))?;
    let attachment = ContentDisposition { disposition: DispositionType::Attachment, parameters: vec![] };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, row.media_type.as_str()))
        .insert_header(attachment)
        .insert_header((header::ETAG, format!("\"{}\"", row.sha256)))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'"))
        .body(SizedStream::new(row.size.unsigned_abs(), bytes)))
}

/// What is on sale under this id, and what it says.
async fn published(door: &Door<ListingHost>, id: ListingId) -> Result<(SaleLine, Content), Refused> {
    let line = query(door.readers(), move |conn| queries::sale(conn, id.0)).await?.ok_or_else(Refused::not_found)?;
    let content = stored(&line.content)?;
    Ok((line, content))
}
