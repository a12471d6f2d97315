// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/aboutdialog.h"

#include "ui/theme/measures.h"
#include "ui/views/labels.h"
#include "ui/widgets/hairline.h"

#include <QApplication>
#include <QClipboard>
#include <QGridLayout>
#include <QIcon>
#include <QLibraryInfo>
#include <QPushButton>
#include <QSysInfo>
#include <QVBoxLayout>

#include <utility>
#include <vector>

namespace bartizan {
namespace {

constexpr int kIconSize = 64;
constexpr int kWidth = 620;

/// What is inside and under which terms it came.
std::vector<std::pair<QString, QString>> parts()
{
    return {
        {AboutDialog::tr("Qt %1").arg(QLibraryInfo::version().toString()),
         AboutDialog::tr("LGPL-3.0, The Qt Company and contributors")},
        {AboutDialog::tr("simdjson, Abseil"), AboutDialog::tr("Apache-2.0")},
        {AboutDialog::tr("SQLite"), AboutDialog::tr("public domain")},
        {AboutDialog::tr("libmaxminddb"), AboutDialog::tr("Apache-2.0")},
        {AboutDialog::tr("Countries of addresses: IPtoASN, through ip-location-db"),
         AboutDialog::tr("public domain (PDDL 1.0)")},
        {AboutDialog::tr("Country shapes: Natural Earth"),
         AboutDialog::tr("public domain, by way of world-atlas (ISC, Michael Bostock)")},
        {AboutDialog::tr("Icons: Lucide"), AboutDialog::tr("ISC, some from Feather (MIT, Cole Bemis)")},
        {AboutDialog::tr("Demo attack: auth.log of elastic/examples"), AboutDialog::tr("Apache-2.0, Elastic")},
        {AboutDialog::tr("Fonts"), AboutDialog::tr("the desktop's; Inter and Noto Sans (OFL-1.1) or DejaVu if it names none")},
    };
}

} // namespace

AboutDialog::AboutDialog(QWidget *parent) : FramedDialog(tr("About Bartizan"), parent)
{
    setFixedWidth(kWidth);
    auto *head = new QHBoxLayout;
    head->setSpacing(measure::kPageMargin);
    auto *icon = new QLabel(this);
    icon->setPixmap(QIcon(QStringLiteral(":/app/bartizan.svg")).pixmap(kIconSize));
    head->addWidget(icon);
    auto *words = new QVBoxLayout;
    words->setSpacing(measure::kGrid);
    words->addWidget(sectionLabel(tr("Bartizan %1").arg(QStringLiteral(BARTIZAN_VERSION)), this));
    words->addWidget(plainLabel(tr("Security operations console"), this));
    words->addWidget(mutedLabel(tr("Free software under the GNU General Public License, version 3 or later."), this));
    words->addStretch(1);
    head->addLayout(words, 1);
    body()->addLayout(head);
    body()->addWidget(new Hairline(Qt::Horizontal, this));

    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(measure::kPageMargin);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(1, 1);
    int row = 0;
    for (const auto &[name, terms] : parts()) {
        grid->addWidget(plainLabel(name, this), row, 0, Qt::AlignTop);
        QLabel *label = mutedLabel(terms, this);
        label->setWordWrap(true);
        grid->addWidget(label, row++, 1);
    }
    body()->addLayout(grid);
    body()->addStretch(1);

    QPushButton *copy = addButton(tr("Copy as text"));
    QPushButton *close = addButton(tr("Close"), true);
    connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(asText()); });
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
}

QString AboutDialog::asText() const
{
    QString text = tr("Bartizan %1").arg(QStringLiteral(BARTIZAN_VERSION)) + QLatin1Char('\n')
        + QSysInfo::prettyProductName() + QStringLiteral(", ") + QApplication::platformName() + QLatin1Char('\n');
    for (const auto &[name, terms] : parts())
        text += name + QStringLiteral(": ") + terms + QLatin1Char('\n');
    return text;
}

} // namespace bartizan
