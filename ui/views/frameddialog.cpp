// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/frameddialog.h"

#include "ui/theme/measures.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/hairline.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace bartizan {
namespace {

constexpr int kFooterHeight = 48;

} // namespace

FramedDialog::FramedDialog(const QString &title, QWidget *parent) : QDialog(parent)
{
    setWindowTitle(title);
    setAccessibleName(title);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_body = new QVBoxLayout;
    m_body->setContentsMargins(measure::kDialogMargin, measure::kDialogMargin, measure::kDialogMargin,
                               measure::kDialogMargin);
    m_body->setSpacing(measure::kControlGap);
    column->addLayout(m_body, 1);
    column->addWidget(new Hairline(Qt::Horizontal, this));

    auto *footer = new QWidget(this);
    footer->setFixedHeight(kFooterHeight);
    footer->setAutoFillBackground(true);
    footer->setBackgroundRole(QPalette::Window);
    m_footer = new QHBoxLayout(footer);
    m_footer->setContentsMargins(measure::kDialogMargin, 0, measure::kDialogMargin, 0);
    m_footer->setSpacing(measure::kControlGap);
    m_footer->addStretch(1);
    column->addWidget(footer);
}

QPushButton *FramedDialog::addButton(const QString &text, bool primary)
{
    auto *button = new QPushButton(text, this);
    button->setAutoDefault(primary);
    button->setDefault(primary);
    setPrimary(button, primary);
    m_footer->addWidget(button);
    return button;
}

void FramedDialog::addFooterNote(QWidget *widget)
{
    m_footer->insertWidget(0, widget);
}

} // namespace bartizan
