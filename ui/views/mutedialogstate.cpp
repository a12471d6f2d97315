// SPDX-License-Identifier: GPL-3.0-or-later
// What MuteDialog shows of its state: the alerts of the preview, and what is wrong with the fields.
#include "ui/models/displaytext.h"
#include "ui/theme/format.h"
#include "ui/views/consolecontext.h"
#include "ui/views/mutedialog.h"
#include "ui/widgets/inlinemessage.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableWidget>

#include <array>

namespace bartizan {

void MuteDialog::showExamples(const MutePreview &preview)
{
    const TimestampMs now = QDateTime::currentMSecsSinceEpoch();
    const QTimeZone zone = m_context->displayZone();
    m_examples->horizontalHeaderItem(ExampleTime)->setText(format::timeHeader(zone, now));
    m_examples->setRowCount(static_cast<int>(preview.named.size()));
    for (int row = 0; row < m_examples->rowCount(); ++row) {
        const SecurityAlert &alert = preview.named[static_cast<std::size_t>(row)];
        const std::array<QString, ExampleColumns> cells{format::status(alert), format::tableTime(alert.timestamp, now, zone),
                                           displayText(alert.context.ipAddress.value_or(std::string())),
                                           format::repeat(alert.repeats + 1), displayText(alert.title)};
        for (int column = 0; column < m_examples->columnCount(); ++column) {
            auto *item = new QTableWidgetItem(cells[static_cast<std::size_t>(column)]);
            item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
            item->setToolTip(format::toolTip(item->text()));
            m_examples->setItem(row, column, item);
        }
    }
    if (m_examples->rowCount() > 0) {
        for (const int column : {ExampleStatus, ExampleTime, ExampleSource, ExampleCount})
            m_examples->resizeColumnToContents(column);
    }
}

void MuteDialog::validate()
{
    if (!m_accept)
        return; // While the dialog is being built.
    QString network;
    chosenNetwork(&network);
    if (m_networkError) {
        m_networkError->setText(network);
        FieldError::markField(m_network, !network.isEmpty());
    }
    Mute entered = mute();
    const bool over = entered.expiresAt <= entered.createdAt;
    const bool endless = entered.expiresAt - entered.createdAt > kLongestMute;
    m_spanError->setText(over ? tr("That is past: a mute must end later than now.")
                              : endless ? tr("A mute lasts a year at most: choose an earlier end.") : QString());
    FieldError::markField(m_until, over || endless);
    m_ends->setText(m_span->currentIndex() == Custom
                        ? format::zoneName(m_context->displayZone(), entered.expiresAt)
                        : tr("until %1").arg(format::clockTime(entered.expiresAt, m_context->displayZone())));
    entered.id = "unset";
    const auto complete = checkMute(entered);
    const bool seen = m_previewed && m_previewed->network == entered.network && m_previewed->company == entered.company;
    m_accept->setEnabled(complete && network.isEmpty() && seen);
    m_accept->setToolTip(format::toolTip(!complete ? complete.error().message
                                         : !seen   ? tr("First see what it would have hidden")
                                                   : tr("Mute (Ctrl+Enter)")));
}

} // namespace bartizan
