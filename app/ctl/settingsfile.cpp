// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/settingsfile.h"

#include "app/ctl/commands.h"
#include "core/intel/geodatabase.h"
#include "core/ports/configstore.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QTimeZone>

namespace bartizan::ctl {
namespace {

Result<QJsonObject> objectOfFile(const QString &path)
{
    QFile file(path);
    const bool opened = path == QLatin1String("-") ? file.open(0, QIODevice::ReadOnly, QFileDevice::DontCloseHandle)
                                                   : file.open(QIODevice::ReadOnly);
    if (!opened)
        return Error{Text::tr("Cannot read “%1”: %2").arg(path, file.errorString())};
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(file.readAll(), &problem);
    if (problem.error != QJsonParseError::NoError)
        return Error{Text::tr("“%1” is no JSON: %2, at byte %3").arg(path, problem.errorString()).arg(problem.offset)};
    if (!document.isObject())
        return Error{Text::tr("“%1”: a JSON object is needed").arg(path)};
    return document.object();
}

} // namespace

Result<std::string> geoDatabaseOf(const QString &value)
{
    const std::string word = value.toStdString();
    if (word == kGeoBundled || word == kGeoOff)
        return word;
    if (value.isEmpty())
        return Error{Text::tr("bundled, off, or the path of a file is needed")};
    const QString path = QDir::cleanPath(QFileInfo(value).absoluteFilePath());
    if (auto opened = GeoDatabase::open(path); !opened)
        return opened.error();
    return path.toStdString();
}

Result<SettingsChange> settingsOfFile(const QString &path)
{
    auto object = objectOfFile(path);
    if (!object)
        return object.error();
    SettingsChange change;
    change.update = std::move(*object);
    if (const QJsonValue value = change.update.take(kGeoDatabase); !value.isUndefined()) {
        auto geo = geoDatabaseOf(value.toString());
        if (!geo)
            return Error{Text::tr("“%1”: %2: %3").arg(path, kGeoDatabase, geo.error().message)};
        change.geoDatabase = std::move(*geo);
    }
    const QJsonValue zone = change.update.take(kTimeZone);
    if (zone.isUndefined())
        return change;
    if (!QTimeZone::isTimeZoneIdAvailable(zone.toString().toUtf8()))
        return Error{Text::tr("“%1”: timeZone: '%2' is no time zone").arg(path, zone.toVariant().toString())};
    change.timeZone = zone.toString().toStdString();
    return change;
}

} // namespace bartizan::ctl
