//! The statement of reasons in Chinese, and the facts by their Chinese names.
use super::{considered, figures, instant, listed, own_words, prevailed, rest, until};
use disputes_domain::adjudication::{Bearer, Fact, Figure, Question, Truth};
use disputes_domain::record::{Instance, Unproven, Words};
use disputes_domain::{DecisionRecord, Outcome};
use kernel::Decision;
use std::fmt::Write as _;

/// The whole statement.
pub(super) fn whole(record: &DecisionRecord, decision: &Decision) -> String {
    let mut text = String::new();
    let instance = match record.instance {
        Instance::First => "裁决",
        Instance::Appeal => "复议裁决",
    };
    let _ = writeln!(text, "案件 {} {instance}({})\n", record.case, instant(record.at));
    let _ = writeln!(text, "{}\n\n查明事实", outcome(record));
    for (fact, entries) in &record.evidence {
        let truth = match record.findings.truth(*fact) {
            Truth::Established => "成立",
            Truth::NotEstablished => "不成立",
            Truth::Open => "未作认定",
        };
        let numbers: Vec<_> = entries.iter().map(ToString::to_string).collect();
        let on = if numbers.is_empty() { String::new() } else { format!("(案卷第 {} 号)", numbers.join("、")) };
        let _ = writeln!(text, "- {}:{truth}{on}。", name(*fact));
    }
    let figure_entries: Vec<_> = record.figures_rest_on.iter().map(ToString::to_string).collect();
    for (figure, value) in figures(record) {
        let _ = writeln!(text, "- {}:{value}(案卷第 {} 号)。", figure_name(figure), figure_entries.join("、"));
    }
    if !record.figure_reasons.is_empty() {
        let _ = writeln!(text, "- 数额依据:{}", record.figure_reasons);
    }
    for words in own_words(record, decision) {
        let _ = writeln!(text, "- {words}");
    }
    let unproven = record.left_unproven();
    if !unproven.is_empty() {
        let _ = writeln!(text, "\n未获证明的事实");
    }
    for Unproven { about, against, rule } in unproven {
        let against = match against {
            Bearer::Provider => "服务商负举证责任,由其承担不利后果",
            Bearer::Merchant => "商家负举证责任,由其承担不利后果",
            Bearer::WhoRelies => "由主张该事实的一方承担不利后果",
            Bearer::Platform => "以平台记录为准",
        };
        let asks = match about {
            Question::Fact(fact) => name(fact),
            Question::Figure(figure) => figure_name(figure),
        };
        let _ = writeln!(text, "- {asks}:{against}({rule})。");
    }
    let _ = writeln!(text, "\n理由\n{}", articles(record));
    for Words { article, zh, .. } in &record.says {
        let _ = writeln!(text, "- {article}:{zh}");
    }
    for (article, over, rule) in prevailed(record) {
        let _ = writeln!(text, "- {article} 优先于 {over}({rule})。");
    }
    if let Some(considered) = considered(record) {
        let _ = writeln!(text, "- 经考虑未适用:{}。", considered.replace(", ", "、"));
    }
    let _ = writeln!(text, "{}\n\n{}", decision.reasons, next(record));
    text
}

/// Outcome, articles, what may be done next.
pub(super) fn short(record: &DecisionRecord) -> String {
    format!("{}{}{}", outcome(record), articles(record), next(record))
}

fn outcome(record: &DecisionRecord) -> String {
    let Outcome { to_merchant, compensation, extension_seconds, data_download, .. } = &record.outcome;
    let mut text = format!("已付 {},其中 {to_merchant} 退还商家,{} 归服务商。", record.terms.paid, rest(record));
    if compensation.is_positive() {
        let _ = write!(text, "此外,服务商应向商家赔偿 {compensation}。");
    }
    if let Some(seconds) = extension_seconds {
        let _ = write!(text, "服务使用期延长 {} 小时 {} 分钟。", seconds / 3600, seconds / 60 % 60);
    }
    if *data_download {
        text.push_str("商家可以下载其数据。");
    }
    text
}

fn articles(record: &DecisionRecord) -> String {
    let text = format!("依据规则 {} 版:{}。", record.edition, listed(&record.articles).replace(", ", "、"));
    if record.departure.is_empty() {
        text
    } else {
        format!("{text}本裁决与依规则得出的建议不同,理由见下。")
    }
}

fn next(record: &DecisionRecord) -> String {
    match (record.instance, until(record)) {
        (Instance::First, Some(until)) => format!(
            "后续权利:商家和服务商均可在 {} 之前以新证据或指明的错误申请复议一次(W17),由另一名仲裁员裁决;在此之前款项不动。\
             逾期未申请的,裁决生效并执行。任何一方可随时向法院起诉或向公安机关报案(D1.1.4)。",
            instant(until)
        ),
        (Instance::First, None) | (Instance::Appeal, _) => {
            "后续权利:本裁决为最终裁决并予执行(W17)。商家和服务商均可向法院起诉或向公安机关报案(D1.1.4),平台将遵照其结果。".to_owned()
        }
    }
}

/// A figure by its Chinese name.
fn figure_name(figure: Figure) -> &'static str {
    match figure {
        Figure::KeptValueShare => "商家保留且可使用部分占整个订单的价值比例(D2.9)",
        Figure::UsedValueShare => "商家保留且已实际使用部分的价值比例(X5)",
        Figure::PerformedShare => "撤回前应商家要求已完成的工作比例(W20)",
        Figure::ServiceCost => "服务商为履约必要支出的成本(D1.2)",
        Figure::AvoidableCost => "服务商及时停止本可避免的成本(D2.7)",
        Figure::Losses => "服务终止给商家造成的损失(D3.1.4)",
        Figure::AgreedToMerchant => "合同或约定应退还商家的金额(D3.4.5、D3.5.5)",
        Figure::SettlementToMerchant => "和解应退还商家的金额(D1.6.1)",
        Figure::FailedRounds => "同一问题未得到解决的重新交付次数(D2.5d)",
        Figure::LostTime => "服务无法使用的时间(D3.1.3)",
        Figure::UnusedTime => "服务期中尚未使用的时间(D3.x.2、D3.x.3)",
        Figure::Period => "已付费的整个服务期",
    }
}

/// A fact, as a statement.
fn name(fact: Fact) -> &'static str {
    match fact {
        Fact::Delivered => "服务商已按约定格式交付可供验收的成果(D1.2)",
        Fact::Accepted => "商家已明示验收,或在通知送达后逾期视为验收(W5、X11)",
        Fact::UnlawfulService => "服务违反法律(D2.1)",
        Fact::ServiceNotPermitted => "服务不符合服务市场或类目的准入规范(D2.1)",
        Fact::DescriptionUntrue => "服务与描述不符(D2.2、D3.1.1)",
        Fact::DefectConcealed => "服务商未告知其已知的瑕疵(D2.2)",
        Fact::ConflictingDescriptions => "对同一事项存在两种不同描述(D2.2)",
        Fact::ContractDecides => "双方签署的合同就该事项作出有利于服务商的约定(X8)",
        Fact::ContractContradictory => "双方签署的合同就该事项自相矛盾(X8)",
        Fact::Nonconforming => "交付成果与约定不符(D2.3)",
        Fact::EffectMissed => "未达到约定效果(D2.3、D1.4.4)",
        Fact::Repaired => "不符之处已及时修复(D2.3、W10)",
        Fact::NotPerformed => "服务商未按约定制作、交付或修改(D2.4)",
        Fact::NotWorking => "交付成果无法使用(D2.4)",
        Fact::DeliveredLate => "逾期交付(D2.4、W3)",
        Fact::DoesNotMeanToPerform => "有理由认为服务商无履约意愿,或其明确拒绝履约(D2.4、W4)",
        Fact::ModificationRefused => "服务商以修改要求不客观为由拒绝修改(D2.5b)",
        Fact::RequestNotObjective => "被拒绝的修改要求未客观说明修改内容(D2.5b)",
        Fact::AdjustmentsRejected => "商家拒绝就修改进行沟通或拒绝接受调整(D2.5a)",
        Fact::ModificationLate => "修改逾期再次交付(D2.5c)",
        Fact::LateRoundWaived => "商家接受逾期修改,放弃就逾期退款(X3)",
        Fact::SameProblemUnfixed => "同一问题经规定次数修改仍未解决(D2.5d)",
        Fact::CooperationNotified => "已事先明确告知商家所需配合,或商家已同意(D2.6)",
        Fact::NotifiedOffPlatform => "仅在非认可渠道告知所需配合(X15)",
        Fact::CooperationRequested => "服务商合理要求了商家配合(D2.7)",
        Fact::CooperationNeglected => "商家无正当理由不予配合,并因此导致未成或延误(D2.7)",
        Fact::CannotBeRealised => "服务完全无法实现(D2.8)",
        Fact::PartlyRealised => "服务部分实现(D2.9)",
        Fact::AgreedOtherwise => "双方另有约定",
        Fact::MisleadingGuidance => "服务商存在误导(D3.x.1)",
        Fact::OverPromised => "服务商过度承诺(D3.x.1)",
        Fact::Fraud => "服务商存在欺诈等行为(D3.x.1)",
        Fact::WorkNotDone => "未按服务内容、周期和验收标准完成工作(D3.2.1)",
        Fact::EffectPromised => "服务商承诺了成交额或其他效果(D3.2.2)",
        Fact::EndedByProvider => "服务商提前终止服务(D3.x.2、D3.2.3)",
        Fact::DelayedByProvider => "服务商单方延误服务(D3.3.2、D3.4.2、D3.5.2)",
        Fact::EndAgreed => "商家同意终止或延期(D3.x.2、D3.2.3)",
        Fact::ServiceDown => "因质量、维护或故障导致应用中断或无法使用(D3.1.3)",
        Fact::ForceMajeure => "因不可抗力导致应用中断或无法使用(D3.1.3、X17)",
        Fact::ProviderUnreachable => "服务商失联(D3.1.3)",
        Fact::ServiceRefused => "服务商拒绝提供支持或服务(D3.1.3)",
        Fact::PlatformEndedForBreach => "因服务商违反与平台的协议,平台终止服务(D3.1.4、D3.2.4)",
        Fact::PlatformEndedForProvider => "因服务商方面的其他原因,平台终止服务(D3.3.3、D3.4.3、D3.5.3)",
        Fact::PlatformEndedForMerchant => "因商家方面的原因,平台终止服务(D3.1.5、D3.2.5)",
        Fact::EndedForMerchantReasons => "商家因自身原因终止服务(D3.3.4、D3.4.4、D3.5.4)",
        Fact::MerchantDissatisfied => "成果符合描述和约定,商家因不满意而终止(X6)",
        Fact::Personalised => "服务为商家定制(D3.4.5、D3.5.5)",
        Fact::SignedContract => "双方签署并上传了合同(D3.4.5、D3.5.5)",
        Fact::Outsourced => "服务商将部分工作外包(D3.5.6)",
        Fact::SubcontractorFailed => "争议由外包方的作为或不作为引起(D3.5.6)",
        Fact::Settled => "双方已就金额达成和解(D1.6.1)",
        Fact::WithdrewInWindow => "商家在期限内撤回合同(P5、W20)",
        Fact::ProtectedByEuLaw => "商家受欧盟消费者法保护(P5)",
        Fact::PerformedByConsent => "撤回前经商家同意服务已全部履行(W20)",
        Fact::InCourt => "一方已起诉或报案(D1.5.2)",
        Fact::KeepsService => "商家已获得并保留服务而要求退款(N1)",
        Fact::Negotiated => "双方已先行协商:协商期已过或服务商已拒绝(N1)",
    }
}
