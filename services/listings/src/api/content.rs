//! What a revision says, as it is sent and as it is shown; its terms.
use super::money;
use kernel::{FileId, FileRef, Money, PriceUnit, Terms};
use listings_domain::{Case, Content, Module, Pictured, Written};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The full content of a revision. What is left out is not refused here, but found by the screening.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListingContent)]
pub(crate) struct ContentBody {
    /// At most 200 characters.
    #[serde(default)]
    title: String,
    /// At most 20,000 characters.
    #[serde(default)]
    description: String,
    /// Introduction modules, at most 20.
    #[serde(default)]
    modules: Vec<ModuleBody>,
    /// The category's elements by key (`function`, `known_defects`, …); each at most 4,000 characters, the acceptance
    /// and delivery standards 1,000.
    #[serde(default)]
    elements: BTreeMap<String, String>,
    /// Cooperation needed from the merchant (D2.6); empty: none is needed. At most 10 items of 200 characters.
    cooperation: Option<Vec<String>>,
    /// For one unit.
    #[schema(schema_with = money)]
    price: Option<Money>,
    /// What one unit is: `one_off`, `month` or `year`.
    #[schema(value_type = Option<String>)]
    price_unit: Option<PriceUnit>,
    /// How many units are on offer; not limited when left out.
    quantity: Option<u32>,
    /// Days until delivery, 1–365; W3 applies when left out.
    delivery_days: Option<u32>,
    /// Days for one modification, 1–90; D2.5c applies when left out.
    modification_days: Option<u32>,
    /// Modifications for wishes (X26), at most 100; not limited when left out.
    modifications: Option<u32>,
    /// Aims at buyers in the EU (P4).
    #[serde(default)]
    targets_eu: bool,
    /// Files uploaded to this listing as `image/jpeg`, `image/png` or `image/webp`, at most 20.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pictures: Vec<FileId>,
    /// Cited success cases (M4.1.b), at most 20.
    #[serde(default)]
    cases: Vec<CaseBody>,
}

/// An introduction module.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListingModule)]
pub(crate) struct ModuleBody {
    /// At most 200 characters.
    heading: String,
    /// At most 4,000 characters.
    text: String,
}

/// A cited success case.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListingCase)]
struct CaseBody {
    /// At most 2,000 characters.
    text: String,
    /// Files uploaded to this listing that prove it, at most 5.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    evidence: Vec<FileId>,
}

impl From<ContentBody> for Written {
    fn from(body: ContentBody) -> Self {
        let module = |module: ModuleBody| Module { heading: module.heading, text: module.text };
        Self {
            title: body.title,
            description: body.description,
            modules: body.modules.into_iter().map(module).collect(),
            elements: body.elements,
            cooperation: body.cooperation,
            price: body.price,
            price_unit: body.price_unit,
            quantity: body.quantity,
            delivery_days: body.delivery_days,
            modification_days: body.modification_days,
            modifications: body.modifications,
            targets_eu: body.targets_eu,
            pictures: body.pictures,
            cases: body.cases.into_iter().map(|case| Case { text: case.text, evidence: case.evidence }).collect(),
        }
    }
}

/// The content of a revision as it is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingContentShown)]
pub(crate) struct ContentShown {
    /// Title.
    title: String,
    /// Description.
    description: String,
    /// Introduction modules.
    modules: Vec<ModuleBody>,
    /// The category's elements by key.
    elements: BTreeMap<String, String>,
    /// Cooperation needed from the merchant; missing when nothing is said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    cooperation: Option<Vec<String>>,
    /// For one unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = money)]
    price: Option<Money>,
    /// What one unit is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    price_unit: Option<PriceUnit>,
    /// How many units are on offer; missing when not limited.
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<u32>,
    /// Days until delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery_days: Option<u32>,
    /// Days for one modification.
    #[serde(skip_serializing_if = "Option::is_none")]
    modification_days: Option<u32>,
    /// Modifications for wishes; missing when not limited.
    #[serde(skip_serializing_if = "Option::is_none")]
    modifications: Option<u32>,
    /// Aims at buyers in the EU.
    targets_eu: bool,
    /// Pictures.
    pictures: Vec<PictureBody>,
    /// Cited success cases.
    cases: Vec<CaseShown>,
}

/// A cited success case as it is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingCaseShown)]
struct CaseShown {
    /// What it says.
    text: String,
    /// What proves it; not shown in the catalogue.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<FileBody>,
}

/// An uploaded file.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingFile)]
pub(crate) struct FileBody {
    /// Its id.
    #[schema(value_type = String, example = "fil_01h455vb4pex5vsknk084sn02q")]
    id: FileId,
    /// The name it was uploaded under.
    name: String,
    /// SHA-256 of the contents, lower-case hex.
    sha256: String,
    /// Size in bytes.
    size: u64,
}

/// A picture.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingPicture)]
struct PictureBody {
    /// The file.
    #[serde(flatten)]
    file: FileBody,
    /// Pixels, as it is looked at.
    width: u32,
    /// Pixels, as it is looked at.
    height: u32,
}

impl From<Pictured> for PictureBody {
    fn from(Pictured { file, picture }: Pictured) -> Self {
        Self { file: file.into(), width: picture.width, height: picture.height }
    }
}

impl From<FileRef> for FileBody {
    fn from(file: FileRef) -> Self {
        Self { id: file.id, name: file.name, sha256: file.sha256, size: file.size }
    }
}

impl From<Content> for ContentShown {
    fn from(content: Content) -> Self {
        let files = |files: Vec<FileRef>| files.into_iter().map(FileBody::from).collect();
        let module = |module: Module| ModuleBody { heading: module.heading, text: module.text };
        Self {
            title: content.title,
            description: content.description,
            modules: content.modules.into_iter().map(module).collect(),
            elements: content.elements,
            cooperation: content.cooperation,
            price: content.price,
            price_unit: content.price_unit,
            quantity: content.quantity,
            delivery_days: content.delivery_days,
            modification_days: content.modification_days,
            modifications: content.modifications,
            targets_eu: content.targets_eu,
            pictures: content.pictures.into_iter().map(PictureBody::from).collect(),
            cases: content
                .cases
                .into_iter()
                .map(|case| CaseShown { text: case.text, evidence: files(case.evidence) })
                .collect(),
        }
    }
}

impl ContentShown {
    /// As everybody may see it: what proves a case is between the provider and the moderators.
    pub fn in_public(mut self) -> Self {
        for case in &mut self.cases {
            case.evidence.clear();
        }
        self
    }
}

/// The terms of a revision: what an order freezes.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingTerms)]
pub(crate) struct TermsBody {
    /// The revision.
    #[schema(value_type = String, example = "rev_01h455vb4pex5vsknk084sn02q")]
    revision: kernel::RevisionId,
    /// Counts the listing's revisions from 1.
    number: u32,
    /// Title.
    title: String,
    /// The category.
    #[schema(value_type = String, example = "software")]
    category: kernel::Category,
    /// Whole-store hosting.
    agent_operation: bool,
    /// The price for one unit.
    #[schema(schema_with = money)]
    price: Money,
    /// What one unit is: `one_off`, `month` or `year`.
    #[schema(value_type = String)]
    price_unit: PriceUnit,
    /// Agreed days until delivery; W3 applies when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery_days: Option<u32>,
    /// Agreed days for one modification; 3 days when missing (D2.5c).
    #[serde(skip_serializing_if = "Option::is_none")]
    modification_days: Option<u32>,
    /// Agreed number of modifications for wishes; not limited when missing (X26).
    #[serde(skip_serializing_if = "Option::is_none")]
    modifications: Option<u32>,
    /// What acceptance is judged by.
    acceptance_standard: String,
    /// Cooperation that will be needed (D2.6).
    cooperation: Vec<String>,
    /// SHA-256 of the revision's canonical content.
    content_hash: String,
}

impl From<Terms> for TermsBody {
    fn from(terms: Terms) -> Self {
        Self {
            revision: terms.revision,
            number: terms.number,
            title: terms.title,
            category: terms.category,
            agent_operation: terms.agent_operation,
            price: terms.price,
            price_unit: terms.price_unit,
            delivery_days: terms.delivery_days,
            modification_days: terms.modification_days,
            modifications: terms.modifications,
            acceptance_standard: terms.acceptance_standard,
            cooperation: terms.cooperation,
            content_hash: terms.content_hash,
        }
    }
}
