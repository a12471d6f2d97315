// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/remarks.h"

#include "ui/models/displaytext.h"
#include "ui/theme/measures.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/wrappedlabel.h"

#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace bartizan {
namespace {

/// More than this of one text is shown only when it is asked for.
constexpr qsizetype kMostLines = 40;

/// The text, and whether it is all of it.
std::pair<QString, bool> beginningOf(const std::string &text)
{
    QString shown = displayText(text, kParagraphLimit, textformat::Breaks::Kept);
    bool all = text.size() <= static_cast<std::size_t>(kParagraphLimit)
        || QString::fromStdString(text).size() <= kParagraphLimit;
    if (shown.count(QLatin1Char('\n')) >= kMostLines) {
        shown = shown.section(QLatin1Char('\n'), 0, kMostLines - 1) + QLatin1Char('\n') + QChar(0x2026);
        all = false;
    }
    return {shown, all};
}

QString below(const QString &head, const QString &text)
{
    return text.isEmpty() ? head : QString(head + QLatin1Char('\n') + text);
}

} // namespace

Remarks::Remarks(QWidget *parent)
    : QWidget(parent)
    , m_column(new QVBoxLayout(this))
{
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(measure::kGrid);
}

void Remarks::setRemarks(std::vector<Remark> remarks)
{
    if (remarks == m_remarks)
        return;
    m_remarks = std::move(remarks);
    while (QLayoutItem *item = m_column->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater(); // It may be the link that is being pressed.
        delete item;
    }
    // Those that are whole share a text, which can be marked from one into the next.
    QStringList together;
    for (const Remark &remark : m_remarks) {
        const auto [text, all] = beginningOf(remark.text);
        if (all) {
            together.append(below(remark.head, text));
            continue;
        }
        addText(together.join(QLatin1Char('\n')));
        together.clear();
        addLong(remark);
    }
    addText(together.join(QLatin1Char('\n')));
}

void Remarks::addText(const QString &text)
{
    if (text.isEmpty())
        return;
    auto *label = new WrappedLabel(text, this);
    label->setMuted(true);
    m_column->addWidget(label);
}

void Remarks::addLong(const Remark &remark)
{
    auto *label = new WrappedLabel(below(remark.head, beginningOf(remark.text).first), this);
    label->setMuted(true);
    auto *more = new LinkButton(tr("Show all"), this);
    more->setAccessibleName(tr("Show all of what was written: %1").arg(remark.head));
    more->setCheckable(true);
    m_column->addWidget(label);
    m_column->addWidget(more);
    connect(more, &QAbstractButton::toggled, label, [label, more, remark](bool whole) {
        label->setText(below(remark.head, whole ? displayText(remark.text, std::numeric_limits<int>::max() / 4,
                                                              textformat::Breaks::Kept)
                                                : beginningOf(remark.text).first));
        more->setText(whole ? tr("Show less") : tr("Show all"));
        more->updateGeometry();
    });
}

QString Remarks::text() const
{
    QStringList texts;
    for (int i = 0; i < m_column->count(); ++i) {
        if (const auto *label = qobject_cast<const QLabel *>(m_column->itemAt(i)->widget()))
            texts.append(label->text());
    }
    return texts.join(QLatin1Char('\n'));
}

} // namespace bartizan
