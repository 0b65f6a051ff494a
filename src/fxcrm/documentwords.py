"""What documents call things, in seven languages; every list has the same words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

import attrs

from fxcrm._decimals import padded
from fxcrm.documents import Detail, Length, OneRate, Said, Span, TaxName, Word
from fxcrm.formatting.plainforms import PlainForms
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money

# In the order of the lists below.
_KEYS: Final = (
    *("invoice", "quote", "date", "due", "valid until", "from", "to", "description", "quantity"),
    *("amount", "total", "prices", "rate", "locked until", "decision", "published", "how"),
    *("contract", "unit price", "discount", "net", "tax", "version", "others", "known", "page"),
    *("terms", "delivery", "contact", "notes", "service", "term", "price", "billing", "notice"),
    *("notice until", "renewal", "monthly", "quarterly", "half-yearly", "yearly", "in advance"),
    *("in arrears", "none", "automatic", "by agreement", "unchanged", "uplift", "indexed"),
    *("clause", "fixed", "follows", "base rate", "band", "threshold", "deductible", "passed on"),
    *("cap", "floor", "fixing", "on due", "before due", "instalments", "period", "not indexed"),
    *("for seller", "for buyer", "signed", "comma"),
)


def _language(listed: str) -> FrozenMap[str, str]:
    return FrozenMap(dict(zip(_KEYS, listed.split(" | "), strict=True)))


def words(locale: str) -> Mapping[str, str]:
    """What documents call things in the language of a locale; English where there is no list."""
    return WORDS.get(_of(locale), WORDS["en"])


@attrs.frozen
class Phrases:
    """How a document says things in one locale. Raises `LocaleUnknown`."""

    forms: PlainForms
    words: Mapping[str, str]

    @classmethod
    def of(cls, locale: str) -> Phrases:
        """Those of a locale such as ``de_DE``."""
        return cls(PlainForms(locale), words(locale))

    def line(self, detail: Detail) -> str:
        """A point in one line."""
        return f"{self.words[detail.word]}: {self.words['comma'].join(map(self.said, detail.said))}"

    def said(self, one: Said) -> str:
        """One thing that is said of a point, to be read by itself."""
        if isinstance(one, Word):
            return self._word(one)
        if isinstance(one, Money):
            return self.forms.both(one)
        if isinstance(one, Length):
            return self._length(one)
        if isinstance(one, Span):
            return self.span(one)
        if isinstance(one, OneRate):
            return self.rate(one)
        return self.forms.day(one) if isinstance(one, date) else one

    def _word(self, one: Word) -> str:
        if one.percent is None:
            return self.words[one.key].replace("{}", one.code)
        percent = self.forms.percent(one.percent)
        if one.key in ("share", "within"):
            return percent if one.key == "share" else f"\N{PLUS-MINUS SIGN}{percent}"
        return f"{self.words[one.key]} {percent}"

    def _length(self, one: Length) -> str:
        units = (("months", one.months), ("days", one.days))
        text = " ".join(self._count(unit, count) for unit, count in units if count)
        return self.words[one.ahead].replace("{}", text) if one.ahead else text

    def _count(self, unit: str, count: int) -> str:
        forms = COUNTS.get(_of(str(self.forms.locale)), COUNTS["en"])[unit]
        text = forms.get(self.forms.plural(count), forms["other"])
        return text.replace("{}", str(count))

    def tax(self, one: TaxName) -> str:
        """``VAT 19%``, or the name alone where the percentage is in it."""
        percent = self.forms.percent(one.percent)
        bare = one.name.replace("\N{NO-BREAK SPACE}", " ")
        told = {f"{padded(one.percent, 0)}{gap}%" for gap in ("", " ")}
        return one.name if any(text in bare for text in told) else f"{one.name} {percent}"

    def span(self, one: Span) -> str:
        """From the first day to the last."""
        first, last = self.forms.short_day(one.since), self.forms.short_day(one.until)
        return f"{first} \N{EN DASH} {last}"

    def rate(self, one: OneRate) -> str:
        """``1 EUR = 1.0850 USD``."""
        pair, value = one.decision.pair, one.decision.rate.rounded_value()
        return f"1 {pair.base} = {self.forms.number(value)} {pair.counter}"


def _of(locale: str) -> str:
    return re.split("[-_]", str(locale))[0].lower()


WORDS: Final[Mapping[str, Mapping[str, str]]] = FrozenMap(
    {
        "en": _language(
            "Invoice | Quote | Date | Due | Valid until | From | To | Description | "
            "Quantity | Amount | Total | Total at list prices | Exchange rate | Rate "
            "held until | Rate decision | Published | How the amounts came about | "
            "Contract | Unit price | Discount | Net total | Tax | Version | In other "
            "currencies, for information | Rate as of | Page {} of {} | Terms | "
            "Delivery | Contact | Notes | Service | Term | Price | Billing | Notice "
            "period | Notice at the latest on | Renewal | monthly | quarterly | "
            "half-yearly | yearly | in advance | in arrears | none | automatic | by "
            "agreement | at the same price | price adjusted by | price by the currency "
            "clause | Currency clause | fixed price, whatever the exchange rate does | "
            "the price follows {} | Base rate | No adjustment within | beyond it, the "
            "whole movement counts | beyond it, only the excess counts | Share passed "
            "on | Highest increase | Highest decrease | Rate fixed | on the due day | "
            "{} before the due day | Instalments | Period | Amounts before adjustment "
            "by the currency clause | For the seller | For the buyer | Place, date, "
            "signature | , "
        ),
        "de": _language(
            "Rechnung | Angebot | Datum | Fällig | Gültig bis | Von | An | "
            "Beschreibung | Menge | Betrag | Summe | Summe zu Listenpreisen | "
            "Wechselkurs | Kurs gilt bis | Kursentscheidung | Veröffentlicht | Wie die "
            "Beträge zustande kamen | Vertrag | Einzelpreis | Rabatt | Nettobetrag | "
            "Steuer | Version | In anderen Währungen, zur Information | Kursstand | "
            "Seite {} von {} | Bedingungen | Lieferung | Ansprechpartner | Hinweise | "
            "Leistung | Laufzeit | Preis | Abrechnung | Kündigungsfrist | Kündigung "
            "spätestens am | Verlängerung | monatlich | vierteljährlich | halbjährlich "
            "| jährlich | im Voraus | nachträglich | keine | automatisch | nach "
            "Vereinbarung | zum gleichen Preis | Preisanpassung um | Preis nach der "
            "Währungsklausel | Währungsklausel | Festpreis, unabhängig vom Wechselkurs "
            "| der Preis folgt dem Kurs von {} | Basiskurs | Keine Anpassung innerhalb "
            "von | darüber zählt die gesamte Veränderung | darüber zählt nur der "
            "übersteigende Teil | Weitergegebener Anteil | Höchste Erhöhung | Höchste "
            "Senkung | Kursfestlegung | am Fälligkeitstag | {} vor Fälligkeit | Raten "
            "| Zeitraum | Beträge vor Anpassung durch die Währungsklausel | Für den "
            "Verkäufer | Für den Käufer | Ort, Datum, Unterschrift | , "
        ),
        "fr": _language(
            "Facture | Devis | Date | Échéance | Valable jusqu\u2019au | De | À | "
            "Désignation | Quantité | Montant | Total | Total au prix catalogue | Taux "
            "de change | Taux garanti jusqu\u2019au | Décision de taux | Publié | Origine "
            "des montants | Contrat | Prix unitaire | Remise | Total HT | Taxe | "
            "Version | Dans d\u2019autres devises, à titre indicatif | Taux constaté le | "
            "Page {} sur {} | Conditions | Livraison | Contact | Remarques | "
            "Prestation | Durée | Prix | Facturation | Préavis | Préavis au plus tard "
            "le | Reconduction | mensuel | trimestriel | semestriel | annuel | à "
            "échoir | à terme échu | sans | tacite | par accord | au même prix | prix "
            "révisé de | prix selon la clause de change | Clause de change | prix "
            "ferme, quel que soit le taux de change | le prix suit le cours de {} | "
            "Taux de base | Sans ajustement jusqu\u2019à | au-delà, toute la variation "
            "compte | au-delà, seul l\u2019excédent compte | Part répercutée | Hausse "
            "maximale | Baisse maximale | Fixation du taux | à l\u2019échéance | {} avant "
            "l\u2019échéance | Échéancier | Période | Montants avant ajustement par la "
            "clause de change | Pour le vendeur | Pour l\u2019acheteur | Lieu, date, "
            "signature | , "
        ),
        "es": _language(
            "Factura | Presupuesto | Fecha | Vencimiento | Válido hasta | De | Para | "
            "Descripción | Cantidad | Importe | Total | Total a precios de lista | "
            "Tipo de cambio | Tipo garantizado hasta | Decisión de tipo | Publicado | "
            "Origen de los importes | Contrato | Precio unitario | Descuento | Total "
            "sin impuestos | Impuesto | Versión | En otras divisas, a título "
            "informativo | Tipo a fecha de | Página {} de {} | Condiciones | Entrega | "
            "Contacto | Observaciones | Prestación | Duración | Precio | Facturación | "
            "Preaviso | Preaviso a más tardar el | Prórroga | mensual | trimestral | "
            "semestral | anual | por anticipado | a periodo vencido | ninguno | "
            "automática | por acuerdo | al mismo precio | precio ajustado en | precio "
            "según la cláusula de cambio | Cláusula de cambio | precio fijo, sea cual "
            "sea el tipo de cambio | el precio sigue la cotización de {} | Tipo de "
            "base | Sin ajuste hasta | por encima cuenta toda la variación | por "
            "encima cuenta solo el exceso | Parte repercutida | Subida máxima | Bajada "
            "máxima | Fijación del tipo | el día del vencimiento | {} antes del "
            "vencimiento | Plazos | Periodo | Importes antes del ajuste por la "
            "cláusula de cambio | Por el vendedor | Por el comprador | Lugar, fecha, "
            "firma | , "
        ),
        "zh": _language(
            "账单 | 报价单 | 日期 | 到期日 | 有效期至 | 卖方 | 买方 | 说明 | 数量 | "
            "金额 | 合计 | 按价目表合计 | 汇率 | 汇率锁定至 | 汇率决定 | 公布 | "
            "金额的由来 | 合同 | 单价 | 折扣 | 不含税合计 | 税额 | 版本 | "
            "其他货币金额（仅供参考） | 汇率时间 | 第 {} 页，共 {} 页 | 条款 | 交货 | "
            "联系人 | 备注 | 服务内容 | 合同期限 | 价格 | 结算 | 解约通知期 | "
            "最迟通知日 | 续约 | 按月 | 按季度 | 每半年 | 按年 | 预付 | 后付 | 无 | "
            "自动续约 | 双方协商 | 价格不变 | 价格调整 | 按汇率条款定价 | 汇率条款 | "
            "固定价格，不随汇率调整 | 价格随 {} 汇率调整 | 基准汇率 | 不作调整的幅度 | "
            "超出后按全部变动计算 | 超出后仅按超出部分计算 | 价格联动比例 | 最大涨幅 | "
            "最大降幅 | 汇率确定日 | 到期日当天 | 到期日前 {} | 分期付款 | 期间 | "
            "按汇率条款调整前的金额 | 卖方签章 | 买方签章 | 地点、日期、签字 | ，"
        ),
        "ja": _language(
            "請求書 | 見積書 | 発行日 | お支払期限 | 有効期限 | 発行者 | 宛先 | 品名 | "
            "数量 | 金額 | 合計 | 定価での合計 | 為替レート | レート保証期限 | "
            "レート決定番号 | 公表値 | 金額の算出方法 | 契約書 | 単価 | 値引き | "
            "税抜合計 | 税額 | 版 | 他通貨での金額（参考） | レート時点 | {} / {} "
            "ページ | 取引条件 | 納入 | 担当者 | 備考 | 契約内容 | 契約期間 | 料金 | "
            "請求 | 解約予告期間 | 解約予告期限 | 更新 | 毎月 | 四半期ごと | 半年ごと "
            "| 毎年 | 前払い | 後払い | なし | 自動更新 | 合意による更新 | "
            "価格据え置き | 価格改定 | 為替条項による価格 | 為替条項 | "
            "固定価格（為替変動による調整なし） | 価格は {} の相場に連動 | 基準レート "
            "| 調整を行わない変動幅 | 超過した場合は変動の全体を対象とする | "
            "超過した場合は超過分のみを対象とする | 価格への反映割合 | 値上げの上限 | "
            "値下げの上限 | レート確定日 | 支払期日当日 | 支払期日の{}前 | 支払予定 "
            "| 期間 | 為替条項による調整前の金額 | 売主 | 買主 | 場所・日付・署名 | 、"
        ),
        "ar": _language(
            "فاتورة | عرض سعر | التاريخ | تاريخ الاستحقاق | صالح حتى | البائع | "
            "المشتري | البيان | الكمية | المبلغ | الإجمالي | الإجمالي بأسعار القائمة | "
            "سعر الصرف | السعر مضمون حتى | قرار سعر الصرف | السعر المنشور | كيفية "
            "احتساب المبالغ | عقد | سعر الوحدة | الخصم | الإجمالي قبل الضريبة | "
            "الضريبة | الإصدار | بعملات أخرى، للعلم فقط | وقت السعر | صفحة {} من {} | "
            "الشروط | التسليم | جهة الاتصال | ملاحظات | موضوع العقد | مدة العقد | "
            "السعر | الفوترة | مهلة الإشعار بالإنهاء | آخر موعد للإشعار | التجديد | "
            "شهريًا | كل ثلاثة أشهر | كل ستة أشهر | سنويًا | مقدمًا | في نهاية الفترة "
            "| لا يوجد | تلقائي | باتفاق الطرفين | بالسعر نفسه | تعديل السعر بنسبة | "
            "السعر وفق بند العملة | بند العملة | سعر ثابت مهما تغيّر سعر الصرف | يتبع "
            "السعر سعر صرف {} | سعر الصرف الأساسي | لا تعديل ضمن | عند تجاوزه يُحتسب "
            "كامل التغيّر | عند تجاوزه يُحتسب الجزء الزائد فقط | النسبة المنقولة إلى "
            "السعر | الحد الأقصى للزيادة | الحد الأقصى للتخفيض | تحديد سعر الصرف | في "
            "يوم الاستحقاق | {} قبل الاستحقاق | الأقساط | الفترة | المبالغ قبل "
            "تعديلها وفق بند العملة | عن البائع | عن المشتري | المكان والتاريخ "
            "والتوقيع | ، "
        ),
    }
)


def _counts(
    months: Mapping[str, str], days: Mapping[str, str]
) -> FrozenMap[str, Mapping[str, str]]:
    return FrozenMap({"months": FrozenMap(months), "days": FrozenMap(days)})


# By the plural forms of CLDR; a language without a list counts as English does.
COUNTS: Final[Mapping[str, Mapping[str, Mapping[str, str]]]] = FrozenMap(
    {
        "en": _counts(
            {"one": "{} month", "other": "{} months"}, {"one": "{} day", "other": "{} days"}
        ),
        "de": _counts(
            {"one": "{} Monat", "other": "{} Monate"}, {"one": "{} Tag", "other": "{} Tage"}
        ),
        "fr": _counts({"other": "{} mois"}, {"one": "{} jour", "other": "{} jours"}),
        "es": _counts(
            {"one": "{} mes", "other": "{} meses"}, {"one": "{} día", "other": "{} días"}
        ),
        "zh": _counts({"other": "{} 个月"}, {"other": "{} 天"}),
        "ja": _counts({"other": "{}か月"}, {"other": "{}日"}),
        "ar": _counts(
            {
                "one": "شهر واحد",
                "two": "شهران",
                "few": "{} أشهر",
                "many": "{} شهرًا",
                "other": "{} شهر",
            },
            {
                "one": "يوم واحد",
                "two": "يومان",
                "few": "{} أيام",
                "many": "{} يومًا",
                "other": "{} يوم",
            },
        ),
    }
)
