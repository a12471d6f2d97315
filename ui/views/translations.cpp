// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/translations.h"

#include <QCoreApplication>
#include <QLocale>
#include <QTranslator>

namespace bartizan {

void installTranslations(QCoreApplication &application)
{
    auto *english = new QTranslator(&application);
    if (english->load(QStringLiteral(":/i18n/bartizan_en.qm")))
        QCoreApplication::installTranslator(english);
    auto *own = new QTranslator(&application);
    if (own->load(QLocale(), QStringLiteral("bartizan"), QStringLiteral("_"), QStringLiteral(":/i18n")))
        QCoreApplication::installTranslator(own);
}

} // namespace bartizan
